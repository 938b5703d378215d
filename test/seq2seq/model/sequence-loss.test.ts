import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { computeGradients } from "../../../src/rnn";
import { type SequenceLossOptions, sequenceLoss } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { crossEntropy } from "../../../src/train";
import { argumentErrorOf } from "../../support";

beforeAll(() => tf.ready());

interface Golden<Shape> {
  readonly shape: Shape;
  readonly data: number[];
}
const golden: {
  logits: Golden<[number, number, number]>;
  targets: Golden<[number, number]>;
  weights: Golden<[number, number]>;
  cases: { time: "average" | "sum" | "none"; batch: "average" | "sum" | "none"; shape: number[]; loss: number[] }[];
} = JSON.parse(readFileSync(join(__dirname, "../../golden/seq2seq/sequence_loss.json"), "utf8"));

const logits = () => tf.tensor3d(golden.logits.data, golden.logits.shape);
const targets = () => tf.tensor2d(golden.targets.data, golden.targets.shape, "int32");
const weights = () => tf.tensor2d(golden.weights.data, golden.weights.shape);

test.each(golden.cases)("sequenceLoss, time: $time, batch: $batch, is TensorFlow Addons' number", (each) => {
  const made = sequenceLoss(logits(), targets(), weights(), {
    averageAcrossTimesteps: each.time === "average",
    averageAcrossBatch: each.batch === "average",
    sumOverTimesteps: each.time === "sum",
    sumOverBatch: each.batch === "sum",
  });
  expect(made.shape).toEqual(each.shape);
  expect([...made.dataSync()]).toEqual(each.loss.map((value) => expect.closeTo(value, 5)));
});

test("with a mask as weights, sequenceLoss is what fit makes of crossEntropy and a ragged y: Σ terms / number of live ones", () => {
  const lengths = tf.tensor1d([3, 2, 0], "int32");
  const mask = tf.tensor2d([1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0], [3, 4]);
  const terms = crossEntropy(logits(), targets(), lengths);
  if (!("live" in terms)) throw new Error("no mask");
  const [sum, count] = [tf.sum(tf.mul(terms.terms, terms.live.toFloat())), tf.sum(terms.live.toFloat())];
  const loss = sequenceLoss(logits(), targets(), mask);
  expect(loss.dataSync()[0]).toBeCloseTo(tf.div(sum, count).dataSync()[0] as number, 6);
});

test("sequenceLoss has a gradient, finite where all weights of a sentence are 0; a loss of your own replaces the softmax", () => {
  const x = tf.variable<tf.Rank.R3>(logits());
  for (const options of [{}, { averageAcrossBatch: false }, { sumOverBatch: true, sumOverTimesteps: true }]) {
    const loss = () => tf.sum(sequenceLoss(x, targets(), weights(), options)) as tf.Scalar;
    const { gradients } = computeGradients(loss, [x]);
    expect([...(gradients[0]?.gradient.dataSync() ?? [])].every(Number.isFinite)).toBe(true);
  }
  const ones = (labels: tf.Tensor1D) => tf.onesLike(labels).toFloat();
  const made = sequenceLoss(logits(), targets(), weights(), { softmaxLossFunction: ones });
  expect(made.dataSync()[0]).toBeCloseTo(1, 6);
});

test("sequenceLoss refuses other shapes, types and options", () => {
  const refused = (options: SequenceLossOptions) =>
    argumentErrorOf(() => sequenceLoss(logits(), targets(), weights(), options));
  expect(refused({ sumOverBatch: true, averageAcrossTimesteps: true })).toContain(
    "expected averages or sums, got both",
  );
  expect(refused({ sumOverBatch: 1 } as never)).toContain("sumOverBatch: expected true or false");
  expect(refused({ mean: true } as never)).toContain("also mean");
  expect(argumentErrorOf(() => sequenceLoss(logits(), weights(), weights()))).toContain(
    "targets: expected an int32 tensor",
  );
  expect(argumentErrorOf(() => sequenceLoss(logits(), targets(), tf.ones([3, 5])))).toContain(
    "weights: expected a float32 tensor",
  );
  expect(argumentErrorOf(() => sequenceLoss(weights() as never, targets(), weights()))).toContain(
    "[batch, nSteps, classes]",
  );
});
