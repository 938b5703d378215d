import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile } from "../../../src/compile";
import {
  ArgumentError,
  huberLoss,
  quantileLoss,
  sigmoidCrossEntropy,
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
  weightedCrossEntropyWithLogits,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

interface Case<Option> {
  readonly option: Option;
  readonly terms: number[];
  readonly gradient: number[][];
}
interface Golden extends Readonly<Record<"labels" | "predictions" | "logits" | "events", number[][]>> {
  readonly classes: number[];
  readonly huber: Case<number>[];
  readonly softmax: Case<number>[];
  readonly sigmoid: Case<number>[];
  readonly weighted: Case<number | number[]>[];
  readonly pinball: Case<number>[];
}
/** Terms and gradients by TensorFlow 1.x; `make_losses.py` beside the file made them. */
const golden: Golden = JSON.parse(readFileSync(join(__dirname, "../../golden/losses/losses.json"), "utf8"));

type Loss = (labels: tf.Tensor, at: tf.Tensor) => tf.Tensor;

/** Compares the terms and the gradient of their sum, eagerly and compiled. */
function expectGolden({ terms, gradient }: Case<unknown>, labels: tf.Tensor, at: number[][], loss: Loss): void {
  const both = (y: tf.Tensor, x: tf.Tensor) => [loss(y, x), tf.grad((z: tf.Tensor) => tf.sum(loss(y, z)))(x)];
  const compiled = canCompile() ? compile(both) : undefined;
  for (const run of compiled ? [both, compiled] : [both]) {
    const [values, slope] = run(labels, tf.tensor2d(at)) as [tf.Tensor, tf.Tensor];
    expectClose(values, terms, 3e-6);
    expectClose(slope, gradient, 2e-6);
  }
  compiled?.dispose();
}

describe("terms and gradients are TensorFlow 1.x's, eager and compiled", () => {
  const { labels, predictions, logits, events, classes } = golden;

  test.each(golden.huber)("huberLoss(labels, predictions, { delta: $option })", (each) => {
    expectGolden(each, tf.tensor2d(labels), predictions, (y, p) => huberLoss(y, p, { delta: each.option }));
  });

  test.each(golden.softmax)("softmaxCrossEntropy(onehot, logits, { labelSmoothing: $option }), and sparse", (each) => {
    const indices = tf.tensor1d(classes, "int32");
    const options = { labelSmoothing: each.option };
    expectGolden(each, tf.oneHot(indices, 3).toFloat(), logits, (y, x) =>
      softmaxCrossEntropy(y as tf.Tensor2D, x as tf.Tensor2D, options),
    );
    expectGolden(each, indices, logits, (y, x) =>
      sparseSoftmaxCrossEntropy(y as tf.Tensor1D, x as tf.Tensor2D, options),
    );
  });

  test.each(golden.sigmoid)("sigmoidCrossEntropy(labels, logits, { labelSmoothing: $option })", (each) => {
    const options = { labelSmoothing: each.option };
    expectGolden(each, tf.tensor2d(events), logits, (y, x) => sigmoidCrossEntropy(y, x, options));
  });

  test.each(golden.weighted)("weightedCrossEntropyWithLogits(labels, logits, $option)", (each) => {
    expectGolden(each, tf.tensor2d(events), logits, (y, x) => weightedCrossEntropyWithLogits(y, x, each.option));
  });

  test.each(golden.pinball)("quantileLoss(labels, predictions, $option)", (each) => {
    expectGolden(each, tf.tensor2d(labels), predictions, (y, p) => quantileLoss(y, p, each.option));
  });
});

const finite = fc.double({ min: -50, max: 50, noNaN: true }).map(Math.fround);
const pairs = fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 6 });
const columns = (of: readonly (readonly [number, number])[]) =>
  [0, 1].map((column) => tf.tensor1d(of.map((pair) => pair[column] as number))) as [tf.Tensor1D, tf.Tensor1D];

test("the gradient of huberLoss is the error clipped to [−δ, δ]; far below δ the loss is half the squared error", () => {
  const property = fc.property(pairs, fc.double({ min: 0.01, max: 20, noNaN: true }), (given, delta) => {
    tf.tidy(() => {
      const [y, p] = columns(given);
      const gradient = tf.grad((z: tf.Tensor) => tf.sum(huberLoss(y, z, { delta })))(p);
      expectClose(gradient, tf.clipByValue(tf.sub(p, y), -delta, delta), 1e-4);
      expectClose(huberLoss(y, p, { delta: 1e3 }), tf.mul(0.5, tf.square(tf.sub(p, y))), 1e-2);
    });
  });
  fc.assert(property, { numRuns: 40, seed: 5 });
});

test("quantileLoss at q and at 1 − q with both arguments exchanged are equal; both halves add up to |e|", () => {
  const property = fc.property(pairs, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (given, q) => {
    tf.tidy(() => {
      const [y, p] = columns(given);
      expectClose(quantileLoss(y, p, q), quantileLoss(p, y, 1 - q), 1e-4);
      expectClose(tf.add(quantileLoss(y, p, q), quantileLoss(y, p, 1 - q)), tf.abs(tf.sub(y, p)), 1e-4);
    });
  });
  fc.assert(property, { numRuns: 40, seed: 5 });
});

test("posWeight 1 is the plain cross-entropy; large logits neither overflow nor round to 0", () => {
  const [labels, logits] = [tf.tensor1d([0, 1, 1]), tf.tensor1d([1000, -1000, 20])];
  expectClose(weightedCrossEntropyWithLogits(labels, logits, 1), sigmoidCrossEntropyWithLogits(labels, logits));
  const [alarm, missed, tail] = weightedCrossEntropyWithLogits(labels, logits, 3).dataSync();
  expect([alarm, missed]).toEqual([1000, 3000]);
  expect((tail as number) / (3 * Math.exp(-20))).toBeCloseTo(1, 4);
});

test("options out of range, other shapes and unknown options are refused by name", () => {
  const [y, p] = [tf.zeros([2, 3]), tf.zeros([2, 3])];
  const indices = tf.tensor1d([0, 1], "int32");
  expect(() => huberLoss(y, p, { delta: 0 })).toThrow("huberLoss: delta: expected a number above 0, got number 0");
  expect(() => huberLoss(y, tf.zeros([3, 2]))).toThrow(/predictions: expected .*\[2, 3\].*got .*\[3,2\]/);
  expect(() => huberLoss(y, p, { detla: 1 } as object)).toThrow(/also detla/);
  expect(() => quantileLoss(y, p, 1)).toThrow("quantileLoss: quantile: expected a number above 0 and below 1");
  for (const labelSmoothing of [-0.1, 1.1, Number.NaN]) {
    const options = { labelSmoothing };
    expect(() => softmaxCrossEntropy(y as tf.Tensor2D, p as tf.Tensor2D, options)).toThrow(/labelSmoothing/);
    expect(() => sigmoidCrossEntropy(y, p, options)).toThrow(ArgumentError);
    expect(() => sparseSoftmaxCrossEntropy(indices, p as tf.Tensor2D, options)).toThrow(ArgumentError);
  }
  expect(() => sparseSoftmaxCrossEntropy(tf.tensor1d([0, 3], "int32"), p as tf.Tensor2D, {})).toThrow(/labels\[1\]/);
  expect(() => weightedCrossEntropyWithLogits(y, p, -1)).toThrow(/posWeight: expected a number from 0 up/);
  expect(() => weightedCrossEntropyWithLogits(y, p, [1, 2])).toThrow(/posWeight: expected 3 weights/);
  expect(() => weightedCrossEntropyWithLogits(y, p, [1, 2, Number.NaN])).toThrow(/posWeight\[2\]/);
});

test("these losses leak no tensor but their result", () => {
  const [y, p] = [tf.zeros([2, 3]), tf.ones([2, 3])];
  const indices = tf.tensor1d([0, 1], "int32");
  const options = { labelSmoothing: 0.1 };
  expectTensors(1, () => huberLoss(y, p));
  expectTensors(1, () => quantileLoss(y, p, 0.5));
  expectTensors(1, () => softmaxCrossEntropy(y as tf.Tensor2D, p as tf.Tensor2D, options));
  expectTensors(1, () => sparseSoftmaxCrossEntropy(indices, p as tf.Tensor2D, options));
  expectTensors(1, () => sigmoidCrossEntropy(y, p, options));
  expectTensors(1, () => weightedCrossEntropyWithLogits(y, p, [1, 2, 3]));
});
