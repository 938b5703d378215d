import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import {
  ArgumentError,
  correctCount,
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

const logits = () =>
  tf.tensor2d([
    [2, 0, 0],
    [0, 0, 1000],
    [-1000, 0, 0],
  ]);
const labels = () => tf.tensor1d([0, 2, 1], "int32");

test("softmax cross-entropy is log Σ exp(logits) − logits[label], without overflow", () => {
  const expected = [Math.log(Math.exp(2) + 2) - 2, 0, Math.log(2)];
  expectClose(sparseSoftmaxCrossEntropyWithLogits(labels(), logits()), expected);
  const oneHot = tf.oneHot(labels(), 3).toFloat() as tf.Tensor2D;
  expectClose(softmaxCrossEntropyWithLogits(oneHot, logits()), expected);
});

test("the gradient of softmax cross-entropy is (softmax − labels) · dy", () => {
  const x = uniform<tf.Rank.R2>([3, 3], 1);
  const weights = tf.tensor1d([1, 2, 3]);
  const gradient = tf.grad((z) =>
    tf.sum(tf.mul(weights, sparseSoftmaxCrossEntropyWithLogits(labels(), z as tf.Tensor2D))),
  );
  const expected = tf.mul(tf.sub(tf.softmax(x), tf.oneHot(labels(), 3)), tf.expandDims(weights, 1));
  expectClose(gradient(x), expected);
});

test("one class: the loss and its gradient are 0, and each example is correct", () => {
  const [y, z] = [tf.tensor1d([0, 0], "int32"), tf.tensor2d([[1], [-2]])];
  expectClose(sparseSoftmaxCrossEntropyWithLogits(y, z), [0, 0]);
  expectClose(tf.grad((x) => tf.sum(sparseSoftmaxCrossEntropyWithLogits(y, x as tf.Tensor2D)))(z), [0, 0]);
  expectClose(correctCount(y, z), [2]);
  expect(() => sparseSoftmaxCrossEntropyWithLogits(tf.tensor1d([0, 1], "int32"), z)).toThrow(/labels\[1\].*0 to 0/);
});

test("no rows: an empty loss, an empty gradient, no correct example", () => {
  const [y, z] = [tf.tensor1d([], "int32"), tf.zeros<tf.Rank.R2>([0, 3])];
  expect(sparseSoftmaxCrossEntropyWithLogits(y, z).shape).toEqual([0]);
  expect(softmaxCrossEntropyWithLogits(z, z).shape).toEqual([0]);
  expect(tf.grad((x) => tf.sum(sparseSoftmaxCrossEntropyWithLogits(y, x as tf.Tensor2D)))(z).shape).toEqual([0, 3]);
  expectClose(correctCount(y, z), [0]);
  expect(() => sparseSoftmaxCrossEntropyWithLogits(y, tf.zeros([0, 0]))).toThrow(ArgumentError);
});

test("the second derivative of softmax cross-entropy agrees with differences, for labels of any kind", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 1000 }),
    fc.boolean(),
    (classes, seed, sparse) =>
      tf.tidy(() => {
        const ids = tf.tensor1d([seed % classes, 0], "int32");
        const soft = tf.abs(uniform<tf.Rank.R2>([2, classes], seed)) as tf.Tensor2D;
        const loss = (z: tf.Tensor) =>
          tf.sum(
            sparse
              ? sparseSoftmaxCrossEntropyWithLogits(ids, z as tf.Tensor2D)
              : softmaxCrossEntropyWithLogits(soft, z as tf.Tensor2D),
          );
        const penalty = (z: tf.Tensor) => tf.sum(tf.square(tf.grad(loss)(z)));
        const [at, direction] = [
          uniform<tf.Rank.R2>([2, classes], seed + 1),
          uniform<tf.Rank.R2>([2, classes], seed + 2),
        ];
        const valueAt = (step: number) => penalty(tf.add(at, tf.mul(direction, step))).dataSync()[0] as number;
        const expected = (valueAt(0.02) - valueAt(-0.02)) / 0.04;
        const actual = tf.sum(tf.mul(tf.grad(penalty)(at), direction)).dataSync()[0] as number;
        expect(Math.abs(actual - expected)).toBeLessThan(1e-2 * Math.abs(expected) + 1e-3);
      }),
  );
  fc.assert(property, { numRuns: 50, seed: 4 });
});

test("no gradient flows into the labels, also where it is differentiated again", () => {
  const z = uniform<tf.Rank.R2>([2, 3], 1);
  const byBoth = (x: tf.Tensor) =>
    tf.sum(softmaxCrossEntropyWithLogits(tf.softmax(x as tf.Tensor2D), x as tf.Tensor2D));
  const labels = tf.softmax(z) as tf.Tensor2D;
  const byLogits = (x: tf.Tensor) => tf.sum(softmaxCrossEntropyWithLogits(labels, x as tf.Tensor2D));
  expectClose(tf.grad(byBoth)(z), tf.grad(byLogits)(z));
  const inside = tf.grad((x) => tf.sum(tf.grad(byBoth)(x)));
  const plain = tf.grad((x) => tf.sum(tf.grad(byLogits)(x)));
  expect(inside(z).shape).toEqual(plain(z).shape);
});

onNative("compiled", () => {
  test("a label outside the classes gives NaN, in the loss and in the gradient of its row alone", () => {
    const [y, z] = [tf.tensor1d([0, 3, 1, -1], "int32"), uniform<tf.Rank.R2>([4, 3], 1)];
    const both = (ids: tf.Tensor1D, x: tf.Tensor2D) => {
      const loss = (given: tf.Tensor) => tf.sum(sparseSoftmaxCrossEntropyWithLogits(ids, given as tf.Tensor2D));
      const second = tf.grad((given) => tf.sum(tf.square(tf.grad(loss)(given))));
      return [sparseSoftmaxCrossEntropyWithLogits(ids, x), tf.grad(loss)(x), second(x)];
    };
    const compiled = compile(both);
    const right = tf.tensor1d([0, 1], "int32");
    const expected = both(right, tf.gather(z, tf.tensor1d([0, 2], "int32")));
    for (const [i, made] of compiled(y, z).entries()) {
      const rows = made.arraySync() as (number | number[])[];
      for (const wrong of [1, 3]) expect([rows[wrong]].flat().every(Number.isNaN)).toBe(true);
      expectClose([rows[0], rows[2]], Array.from(expected[i]?.dataSync() ?? []), 1e-6);
    }
    compiled.dispose();
  });

  test("one class, and no rows", () => {
    const compiled = compile((y: tf.Tensor1D, z: tf.Tensor2D) => sparseSoftmaxCrossEntropyWithLogits(y, z));
    expectClose(compiled(tf.tensor1d([0, 0], "int32"), tf.tensor2d([[1], [-2]])), [0, 0]);
    expect(compiled(tf.tensor1d([], "int32"), tf.zeros([0, 3])).shape).toEqual([0]);
    compiled.dispose();
  });
});

test("labels that do not add up to 1 have the right gradient too", () => {
  const [x, soft] = [uniform<tf.Rank.R2>([2, 4], 2), tf.abs(uniform<tf.Rank.R2>([2, 4], 3)) as tf.Tensor2D];
  const plain = (z: tf.Tensor) => tf.neg(tf.sum(tf.mul(soft, tf.logSoftmax(z))));
  const ours = (z: tf.Tensor) => tf.sum(softmaxCrossEntropyWithLogits(soft, z as tf.Tensor2D));
  expectClose(tf.grad(ours)(x), tf.grad(plain)(x));
});

test("a label outside the classes is refused with its index", () => {
  const wrong = tf.tensor1d([0, 3, -1], "int32");
  expect(() => sparseSoftmaxCrossEntropyWithLogits(wrong, logits())).toThrow(/labels\[1\]: expected 0 to 2, got 3/);
  expect(() => sparseSoftmaxCrossEntropyWithLogits(tf.tensor1d([0, 1, 2]), logits())).toThrow(ArgumentError);
});

test("a class of label 0 adds nothing, even where its logit is masked by −∞", () => {
  const masked = tf.tensor2d([[1, 2, Number.NEGATIVE_INFINITY]]);
  const expected = [Math.log(Math.exp(1) + Math.exp(2)) - 1];
  expectClose(sparseSoftmaxCrossEntropyWithLogits(tf.tensor1d([0], "int32"), masked), expected);
  expectClose(softmaxCrossEntropyWithLogits(tf.tensor2d([[1, 0, 0]]), masked), expected);
});

test("correctCount refuses a label outside the classes", () => {
  const rows = tf.tensor2d([[-1, -2]]);
  expect(() => correctCount(tf.tensor1d([-1], "int32"), rows)).toThrow(/labels\[0\]: expected 0 to 1, got -1/);
  expect(() => correctCount(tf.tensor1d([7], "int32"), rows)).toThrow(/labels\[0\]/);
});

test("correctCount counts examples whose largest logit is at the label; NaN is never correct, a tie is", () => {
  const rows = tf.tensor2d([
    [1, 2],
    [2, 1],
    [NaN, 1],
    [1, 1],
  ]);
  const y = tf.tensor1d([1, 1, 1, 0], "int32");
  expectClose(correctCount(y, rows), [2]);
});

test("losses and metrics leak no tensor but their result", () => {
  const [x, y] = [logits(), labels()];
  for (const run of [sparseSoftmaxCrossEntropyWithLogits, correctCount]) expectTensors(1, () => run(y, x));
  expectTensors(2, () => tf.valueAndGrad((z) => tf.sum(sparseSoftmaxCrossEntropyWithLogits(y, z as tf.Tensor2D)))(x));
});

test("sigmoid cross-entropy is −log of the label's probability; it neither overflows nor rounds to 0", () => {
  const at = tf.tensor2d([[0, 2, -2, 1000, -1000, 20]]);
  const labels = tf.tensor2d([[1, 1, 1, 0, 1, 1]]);
  const expected = [Math.log(2), Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(2)), 1000, 1000, Math.exp(-20)];
  const loss = sigmoidCrossEntropyWithLogits(labels, at);
  expect(loss.shape).toEqual([1, 6]);
  expectClose(loss, expected, 1e-4);
  expect((loss.dataSync()[5] as number) / Math.exp(-20)).toBeCloseTo(1, 4);
  expect(sigmoidCrossEntropyWithLogits(tf.tensor1d([0.25]), tf.tensor1d([0])).dataSync()[0]).toBeCloseTo(
    Math.log(2),
    6,
  );
});

test("the gradient of sigmoid cross-entropy is σ(logits) − labels, also at a logit of 0", () => {
  const labels = tf.tensor1d([0, 1, 0.25, 1]);
  const logits = tf.tensor1d([0, 0, 3, -50]);
  const gradient = tf.grad((z) => tf.sum(sigmoidCrossEntropyWithLogits(labels, z)));
  expectClose(gradient(logits), tf.sub(tf.sigmoid(logits), labels));
});

test("sigmoid cross-entropy refuses labels of another shape", () => {
  expect(() => sigmoidCrossEntropyWithLogits(tf.tensor1d([1]), tf.tensor2d([[1]]))).toThrow(
    /labels: expected.*\[1, 1\]/,
  );
});
