import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, shared } from "../../../src/compile";
import { dynamicRnn, GRUCell, LSTMCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

const DEPENDENT: Record<string, (x: tf.Tensor2D) => tf.Tensor> = {
  "the mean of the batch": (x) => tf.sub(x, tf.mean(x, 0)),
  "the size of the batch": (x) => tf.div(x, x.shape[0]),
  "the other examples": (x) => tf.softmax(tf.matMul(x, x, false, true)).matMul(x),
  "the size of the batch, in tiny numbers": (x) => tf.div(tf.mul(x, 1e-8), x.shape[0]),
  "the mean of the batch, in tiny numbers": (x) => tf.mul(tf.sub(x, tf.mean(x, 0)), 1e-8),
  "the place in the batch": (x) => tf.add(x, tf.range(0, x.shape[0]).reshape([-1, 1])),
};

onNative("compile with shards", () => {
  describe.each(Object.entries(DEPENDENT))("a function whose rows depend on %s", (_name, of) => {
    test.each([2, 3, 6])("is refused in %i shards, and is right in one", (shards) => {
      const x = uniform<tf.Rank.R2>([6, 3], 4);
      const cut = compile((x: tf.Tensor2D) => of(x), { shards });
      expectRefused(() => cut(x), /result 0 of the whole batch of 6 examples differs .*set shards: 1.*shared\(t\)/);
      expectClose(compile((x: tf.Tensor2D) => of(x))(x), of(x), 1e-6);
    });
  });

  test("a missing shared(t) is found", () => {
    const [x, y, w] = [tf.ones<tf.Rank.R1>([4]), tf.tensor1d([0, 1, 0, 1], "int32"), tf.tensor1d([1, 2, 30, 40])];
    const pick = compile((x: tf.Tensor1D, y: tf.Tensor1D, w: tf.Tensor1D) => tf.mul(x, tf.gather(w, y)), { shards: 2 });
    expectRefused(() => pick(x, y, w), /shared\(t\)/);
    expectClose(pick(x, y, shared(w)), [1, 2, 1, 2], 0);
  });

  test("a result of what all examples share is refused, also where it has as many rows as a shard", () => {
    const [x, w] = [tf.ones<tf.Rank.R1>([4]), tf.tensor1d([1, 2])];
    const both = compile((x: tf.Tensor1D, w: tf.Tensor1D) => [tf.mul(x, 2), tf.mul(w, 2)], { shards: 2 });
    expectRefused(() => both(x, shared(w)), /one row for each example, got result 1 of shape \[2\] from 4 examples/);
  });

  test("rows that depend on their own example alone are not refused: whole numbers, NaN, zeros, chaos", () => {
    const cell = new GRUCell({ inputSize: 3, numUnits: 16, seed: 1 });
    for (const variable of cell.variables) variable.assign(tf.mul(variable, 6));
    const functions: ((x: tf.Tensor3D) => tf.Tensor | tf.Tensor[])[] = [
      (x) => [tf.argMax(x, 2), tf.greater(x, 0), tf.mul(x, 0), tf.div(x, 0), tf.sqrt(x)],
      (x) => dynamicRnn(cell, x)[1],
      (x) => tf.mul(tf.sub(dynamicRnn(cell, x)[1], dynamicRnn(cell, tf.mul(x, 1))[1]), 1e-9),
    ];
    const x = uniform<tf.Rank.R3>([8, 60, 3], 2);
    for (const each of functions)
      expect(() => compile(each, { variables: cell.variables, shards: 4 })(x)).not.toThrow();
  });

  test("rows that are rounding errors alone are not refused", () => {
    const cell = new LSTMCell({ inputSize: 3, numUnits: 5, seed: 1 });
    const error = (x: tf.Tensor3D, y: tf.Tensor2D) => tf.sub(dynamicRnn(cell, x)[1].h, y);
    const tanhError = (x: tf.Tensor2D) => {
      const other = tf.sub(1, tf.div(2, tf.add(tf.exp(tf.mul(x, 2)), 1)));
      return tf.sub(tf.tanh(x), other);
    };
    for (const n of [2, 4, 6, 9, 14]) {
      const small = compile(tanhError, { shards: n % 2 === 0 ? 2 : 3 });
      for (const features of [1, 2, 3, 5])
        expectClose(small(uniform<tf.Rank.R2>([n, features], n)), tf.zeros([n, features]), 1e-6);
      const x = uniform<tf.Rank.R3>([n, 7, 3], n);
      const run = compile(error, { variables: cell.variables, shards: n % 2 === 0 ? 2 : 3 });
      expectClose(run(x, dynamicRnn(cell, x)[1].h), tf.zeros([n, 5]), 1e-6);
    }
  });

  test("any batch in any shards gives the eager numbers", () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(size, size, size, (n, k, shards) =>
        tf.tidy(() => {
          const of = (x: tf.Tensor2D) => [tf.softmax(x), tf.sum(x, 1)];
          const [x, run] = [uniform<tf.Rank.R2>([n, k], n), compile(of, { shards })];
          const expected = of(x);
          run(x).forEach((each, i) => {
            expectClose(each, expected[i] as tf.Tensor, 1e-6);
          });
          run.dispose();
        }),
      ),
      { numRuns: 15 },
    );
  });
});
