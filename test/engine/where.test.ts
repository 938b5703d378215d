import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { compile, trainStep } from "../../src/compile";
import { GradientDescentOptimizer } from "../../src/rnn";
import * as tf from "../../src/tf";
import { onNative } from "../compile/support";
import { expectClose, scopeEachTest, uniform } from "../support";

beforeAll(() => tf.ready());
scopeEachTest();

/** Huber's loss, ½e² where |e| ≤ δ and δ(|e| − ½δ) elsewhere, as one writes it. */
function huber(error: tf.Tensor, delta: number): tf.Tensor {
  const size = tf.abs(error);
  return tf.where(tf.lessEqual(size, delta), tf.mul(0.5, tf.square(error)), tf.mul(delta, tf.sub(size, delta / 2)));
}
const clipped = (error: tf.Tensor, delta: number) => tf.clipByValue(error, -delta, delta);

test("the gradient of a Huber loss by tf.where is the error, clipped", () => {
  const x = tf.tensor1d([-3, -0.5, 0.25, 0.9, 2]);
  expectClose(tf.grad((given) => tf.sum(huber(given, 1)))(x), clipped(x, 1));
  expectClose(tf.grad((given) => tf.sum(tf.grad((inner) => tf.sum(huber(inner, 1)))(given)))(x), [0, 1, 1, 1, 0]);
});

onNative("compiled", () => {
  test("the gradient of a Huber loss is the eager one", () => {
    const x = tf.tensor1d([-3, -0.5, 0.25, 0.9, 2]);
    const gradient = (given: tf.Tensor1D) => tf.grad((inner) => tf.sum(huber(inner, 1)))(given);
    const compiled = compile(gradient);
    expectClose(compiled(x), clipped(x, 1));
    compiled.dispose();
  });

  test("a training step moves the weights by the same, for any shards, batch and δ", () => {
    const property = fc.property(
      fc.constantFrom(1, 2, 3, 4),
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0.125, max: 2, noNaN: true }),
      fc.integer({ min: 1, max: 1000 }),
      (shards, batch, delta, seed) =>
        tf.tidy(() => {
          const [x, y] = [uniform<tf.Rank.R2>([batch, 2], seed), uniform<tf.Rank.R2>([batch, 1], seed + 1)];
          const start = uniform<tf.Rank.R2>([2, 1], seed + 2);
          const w = tf.variable(start);
          const errorOf = (data: tf.Tensor2D, labels: tf.Tensor2D, weights: tf.Tensor) =>
            tf.mul(3, tf.sub(tf.matMul(data, weights as tf.Tensor2D), labels));
          const loss = (data: tf.Tensor2D, labels: tf.Tensor2D) => huber(errorOf(data, labels, w), delta);
          const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
          const step = trainStep(loss, { variables: [w], optimizer, shards });
          const value = step(x, y);
          const error = errorOf(x, y, start);
          const moved = tf.div(tf.matMul(x, tf.mul(3, clipped(error, delta)) as tf.Tensor2D, true, false), batch);
          expectClose(w, tf.sub(start, moved), 1e-5);
          expect(value).toBeCloseTo(tf.mean(huber(error, delta)).dataSync()[0] as number, 4);
          step.dispose();
          w.dispose();
        }),
    );
    fc.assert(property, { numRuns: 20, seed: 3 });
  });
});

const isKnown = () => tf.tensor1d([1, 0, 1, 0], "bool");

/** √x where it is known. The unknown are 0 inside the root, whose derivative is infinite there: 0 · ∞ is NaN. */
const rootsOf = (x: tf.Tensor) => {
  const inside = tf.where(isKnown(), x, tf.zerosLike(x));
  return tf.sum(tf.where(isKnown(), tf.sqrt(inside), tf.zerosLike(x)));
};

test("tf.where chooses the gradient: NaN in the branch that was not taken stays there", () => {
  const x = tf.tensor1d([4, Number.NaN, 1, -1]);
  expectClose(tf.grad(rootsOf)(x), [0.25, 0, 0.5, 0]);
  const other = (given: tf.Tensor) => tf.sum(tf.sqrt(tf.where(isKnown(), tf.zerosLike(given), given)));
  expectClose(tf.grad(other)(tf.tensor1d([5, 4, -1, 1])), [0, 0.25, 0, 0.5]);
});

onNative("compiled too", () => {
  test("NaN stays in the branch that was not taken", () => {
    const compiled = compile((x: tf.Tensor1D) => tf.grad(rootsOf)(x));
    expectClose(compiled(tf.tensor1d([4, Number.NaN, 1, -1])), [0.25, 0, 0.5, 0]);
    compiled.dispose();
  });
});

test("no gradient goes into the condition: its derivative may be infinite, and 0 · ∞ is NaN", () => {
  const f = (x: tf.Tensor) => tf.sum(tf.where(tf.greater(tf.sqrt(x), 1), tf.mul(x, 2), x));
  expectClose(tf.grad(f)(tf.tensor1d([0, 4])), [1, 2]);
});

test("a mask by comparison and multiplication has the gradient of what it lets through", () => {
  const relu = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.cast(tf.logicalNot(tf.lessEqual(x, 0)), "float32")));
  expectClose(tf.grad(relu)(tf.tensor1d([-1, 2])), [0, 1]);
  expectClose(tf.grad((x) => tf.sum(tf.cast(tf.greater(x, 0), "float32")))(tf.tensor1d([-1, 2])), [0, 0]);
});

test("a gradient does not pass a cast to whole numbers, which only steps", () => {
  const steps = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.cast(tf.cast(x, "int32"), "float32")));
  expectClose(tf.grad(steps)(tf.tensor1d([1.5, -2.25])), [1, -2]);
});
