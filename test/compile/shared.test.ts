import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, shared, trainStep, trainStepOnRows } from "../../src/compile";
import { GradientDescentOptimizer } from "../../src/rnn";
import * as tf from "../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../support";
import { expectRefused, onNative } from "./support";

scopeEachTest();

const still = () => new GradientDescentOptimizer({ learningRate: 0 });
const weights = () => tf.tensor1d([1, 2, 30, 40]);

/** Terms 1, weighted by class: labels 0, 1, 0, 1 give 1, 2, 1, 2. */
function weighted() {
  const w = tf.variable(tf.ones([]));
  const loss = (x: tf.Tensor1D, y: tf.Tensor1D, classWeights: tf.Tensor1D) =>
    tf.mul(tf.mul(x, w), tf.gather(classWeights, y));
  return { w, loss, x: tf.ones<tf.Rank.R1>([4]), y: tf.tensor1d([0, 1, 0, 1], "int32") };
}

onNative("shared(t)", () => {
  describe.each([1, 2, 4])("with %i shards", (shards) => {
    test("class weights whose number is the batch's are not cut: trainStep and trainStepOnRows", () => {
      const { w, loss, x, y } = weighted();
      const options = { variables: [w], optimizer: still(), shards };
      expect(trainStep(loss, options)(x, y, shared(weights()))).toBe(1.5);
      expect(trainStepOnRows([x, y, shared(weights())], loss, options)([0, 1, 2, 3])).toBe(1.5);
      expect(trainStepOnRows([x, y, shared(weights())], loss, options)([1, 3])).toBe(2);
    });

    test("compile gives the same, and its results have a row for each example", () => {
      const { x, y } = weighted();
      const pick = compile((x: tf.Tensor1D, y: tf.Tensor1D, w: tf.Tensor1D) => tf.mul(x, tf.gather(w, y)), { shards });
      expectClose(pick(x, y, shared(weights())), [1, 2, 1, 2], 0);
    });

    test("one argument may be shared at one call and not at the next", () => {
      const add = compile((x: tf.Tensor1D, y: tf.Tensor1D) => tf.add(x, tf.sum(y)), { shards });
      const ones = tf.ones<tf.Rank.R1>([4]);
      expectClose(add(ones, shared(ones)), [5, 5, 5, 5], 0);
      if (shards > 1) return;
      expectClose(add(ones, ones), [5, 5, 5, 5], 0);
    });
  });

  test("a tensor of another first size is refused with the line to write", () => {
    const { w, loss, x, y } = weighted();
    const [five, none, optimizer] = [tf.ones<tf.Rank.R1>([5]), tf.ones<tf.Rank.R1>([0]), still()];
    const step = trainStep(loss, { variables: [w], optimizer });
    const line = /argument 2 of shape \[5\], write step\(argument0, argument1, shared\(argument2\)\)/;
    expectRefused(() => step(x, y, five), line);
    const sum = compile((x: tf.Tensor1D, w: tf.Tensor1D) => tf.mul(x, tf.sum(w)), { shards: 2 });
    expectRefused(() => sum(x, five), /write compiled\(argument0, shared\(argument1\)\)/);
    expectRefused(() => sum(none, shared(five)), /expected at least one example/);
    expectRefused(() => shared(3 as unknown as tf.Tensor), /shared: expected a tensor, got number 3/);
    expectRefused(() => step(shared(x), shared(y), shared(five)), /none with a first axis/);
  });

  test("a tensor from outside the function is refused, and shared(t) is named as the way", () => {
    const [x, w] = [tf.ones<tf.Rank.R1>([4]), tf.ones<tf.Rank.R1>([4])];
    expectRefused(() => compile((x: tf.Tensor1D) => tf.mul(x, w))(x), /as shared\(t\), where all examples share it/);
  });

  test("any ranks, batches and shards: compiled ≡ eager", () => {
    const [rows, columns, others] = [
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 8 }),
    ];
    fc.assert(
      fc.property(rows, columns, others, fc.integer({ min: 1, max: 9 }), fc.boolean(), (n, k, m, shards, isRanked) =>
        tf.tidy(() => {
          const [x, table] = [uniform<tf.Rank.R2>([n, k], n), uniform(isRanked ? [m, k] : [m], m)];
          const w = tf.variable(tf.ones([k]));
          const loss = (x: tf.Tensor2D, table: tf.Tensor) => tf.mul(tf.sum(tf.mul(x, w), 1), tf.sum(tf.square(table)));
          const step = trainStep(loss, { variables: [w], optimizer: still(), shards });
          const map = compile((x: tf.Tensor2D, table: tf.Tensor) => tf.mul(x, tf.sum(table)), { shards });
          expectClose([step(x, shared(table))], tf.mean(loss(x, table)), 1e-5);
          expectClose(map(x, shared(table)), tf.mul(x, tf.sum(table)), 1e-5);
          for (const each of [step, map, w]) each.dispose();
        }),
      ),
      { numRuns: 20 },
    );
  });
});
