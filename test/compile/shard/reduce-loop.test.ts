import { afterAll, expect, test, vi } from "vitest";
import { trainStep } from "../../../src/compile";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../support";

// Whatever the tests say of shards holds as well where shards are a loop's iterations, as those of long or many ones are.
const unrolled = vi.hoisted(() => ({ refused: 0 }));
vi.mock("../../../src/compile/shard/reduce-unrolled", async (original) => ({
  ...(await original<typeof import("../../../src/compile/shard/reduce-unrolled")>()),
  isSmall: () => {
    unrolled.refused++;
    return false;
  },
}));

import "./shards.test";
import "../train/indexed-slices.test";
import "../train/train-step-on-rows.test";

onNative("the path that the tests of this file take", () => {
  test("a step that would be unrolled has a loop in its graph, with one iteration a shard", () => {
    const loops: unknown[] = [];
    const { node } = GraphWriter.prototype;
    const spy = vi.spyOn(GraphWriter.prototype, "node").mockImplementation(function (this: GraphWriter, op, ...rest) {
      if (op === "Enter" || op === "LoopCond") loops.push(op);
      return node.call(this, op, ...rest);
    });
    const w = tf.variable(tf.ones([3]));
    const loss = (x: tf.Tensor2D) => tf.square(tf.mul(x, w));
    const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
    const counts = [1, 2].map((shards) => {
      loops.length = 0;
      const step = trainStep(loss, { variables: [w], optimizer, shards });
      step(tf.ones([4, 3]));
      step.dispose();
      return loops.filter((op) => op === "LoopCond").length;
    });
    spy.mockRestore();
    expect(counts).toEqual([0, 1]);
  });

  // The tests of the three other files, which end before this: their steps took this path too.
  afterAll(() => expect(unrolled.refused).toBeGreaterThan(50));
});
