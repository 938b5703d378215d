import { expect, test, vi } from "vitest";
import { trainStep } from "../../../src/compile";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import { AdamOptimizer, BasicRNNCell, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

/** The number of nodes of each op in the graph of a training step, whose network is unrolled over `steps` time
 * steps. (It is the last graph: another one checks the shards before it.) */
function nodesOf(steps: number, shards: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  let last: GraphWriter | undefined;
  const { node } = GraphWriter.prototype;
  const spy = vi.spyOn(GraphWriter.prototype, "node").mockImplementation(function (this: GraphWriter, op, ...rest) {
    if (this !== last) counts.clear();
    last = this;
    counts.set(op, (counts.get(op) ?? 0) + 1);
    return node.call(this, op, ...rest);
  });
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const loss = (x: tf.Tensor3D) => tf.square(dynamicRnn(cell, x)[1] as tf.Tensor2D);
  const optimizer = new AdamOptimizer({ learningRate: 0.01 });
  const step = trainStep(loss, { variables: cell.variables, optimizer, shards });
  step(uniform<tf.Rank.R3>([16, steps, 2], 1));
  step.dispose();
  spy.mockRestore();
  return counts;
}

onNative("shards of a step", () => {
  test("few short ones are unrolled: the graph has no loop", () => {
    const [one, two] = [nodesOf(10, 1), nodesOf(10, 2)];
    expect([two.get("Enter"), two.get("Tanh")]).toEqual([undefined, 2 * (one.get("Tanh") as number)]);
  });

  test.each([
    ["many", 10, 16],
    ["long", 150, 2],
  ])("%s ones are iterations of a loop: the graph is as large as that of one shard", (_, steps, shards) => {
    const [one, all] = [nodesOf(steps, 1), nodesOf(steps, shards)];
    expect(all.get("Enter")).toBeGreaterThan(0);
    expect(all.get("Tanh")).toBe(one.get("Tanh"));
  });
});
