import { beforeAll, expect, test } from "vitest";
import {
  ArgumentError,
  accuracy,
  correctCount,
  meanSquaredError,
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
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
  expect(() => accuracy(tf.tensor1d([-1], "int32"), rows)).toThrow(/labels\[0\]: expected 0 to 1, got -1/);
  expect(() => correctCount(tf.tensor1d([7], "int32"), rows)).toThrow(/labels\[0\]/);
});

test("meanSquaredError refuses empty tensors and a missing argument by name", () => {
  expect(() => meanSquaredError(tf.zeros([0]), tf.zeros([0]))).toThrow(/labels/);
  expect(() => meanSquaredError(tf.zeros([2]), undefined as unknown as tf.Tensor)).toThrow(/predictions.*undefined/);
});

test("mean squared error averages over all elements and refuses other shapes", () => {
  expectClose(meanSquaredError(tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 2]])), [2]);
  expect(() => meanSquaredError(tf.zeros([2, 1]), tf.zeros([2]))).toThrow(
    /predictions: expected .*\[2, 1\].*got .*\[2\]/,
  );
});

test("accuracy counts examples whose largest logit is at the label; NaN is never correct, a tie is", () => {
  const rows = tf.tensor2d([
    [1, 2],
    [2, 1],
    [NaN, 1],
    [1, 1],
  ]);
  const y = tf.tensor1d([1, 1, 1, 0], "int32");
  expectClose(correctCount(y, rows), [2]);
  expectClose(accuracy(y, rows), [0.5]);
});

test("losses and metrics leak no tensor but their result", () => {
  const [x, y] = [logits(), labels()];
  for (const run of [sparseSoftmaxCrossEntropyWithLogits, accuracy, correctCount]) expectTensors(1, () => run(y, x));
  expectTensors(1, () => meanSquaredError(x, x));
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
