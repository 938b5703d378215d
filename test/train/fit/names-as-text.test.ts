import { beforeAll, expect, test } from "vitest";
import * as rnn from "../../../src/rnn";
import { AdamOptimizer, ArgumentError } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { dense, labels, numbers } from "../support";

beforeAll(() => tf.ready());

const loose = (value: unknown) => value as never;
const data = () => ({ x: numbers([16, 2]), y: labels(16, 3) });
const fitWith = (options: object) =>
  train
    .fit(
      dense(),
      data(),
      loose({ loss: train.crossEntropy, optimizer: new AdamOptimizer(), progress: false, ...options }),
    )
    .then(
      () => undefined,
      (error: Error) => error,
    );

test.each([
  ["mse", "loss: meanSquaredError, by import { meanSquaredError } from"],
  ["mean_squared_error", "loss: meanSquaredError, by import { meanSquaredError } from"],
  ["sparse_categorical_crossentropy", "loss: crossEntropy, by import { crossEntropy } from"],
  ["crossentropy", "loss: crossEntropy, by"],
  ["binary_crossentropy", "loss: binaryCrossEntropy, by"],
  ["huber", "loss: huberError({ delta: 1 }), by import { huberError } from"],
])("fit(…, { loss: %o }) is refused with what to write: %s", async (loss, written) => {
  const error = await fitWith({ loss });
  expect(error).toBeInstanceOf(ArgumentError);
  expect(error?.message).toContain(`fit: loss: expected a function: ${written} "unroll/train"`.slice(0, 40));
  expect(error?.message).toContain(written);
  expect(error?.message).toMatch(new RegExp(`got string ${loss}$`));
});

test.each([
  ["adam", "new AdamOptimizer({ learningRate: 0.001 }), by import { AdamOptimizer } from"],
  ["SGD", "new GradientDescentOptimizer({ learningRate: 0.01 }), by import { GradientDescentOptimizer } from"],
  ["rmsprop", "new RMSPropOptimizer("],
  ["what", "one of unroll/rnn's, say new AdamOptimizer("],
  [AdamOptimizer, "an object: new AdamOptimizer("],
])("fit(…, { optimizer: %s }) is refused with what to write: %s", async (optimizer, written) => {
  const error = await fitWith({ optimizer });
  expect(error).toBeInstanceOf(ArgumentError);
  expect(error?.message).toContain(`fit: optimizer: expected ${written}`);
});

test.each([
  [["accuracy"], "metrics: expected metrics by name: { accuracy }, by import { accuracy } from"],
  [
    ["acc", "mse"],
    'metrics: expected metrics by name: { accuracy }, by import { accuracy } from "unroll/train", got ["acc","mse"]',
  ],
  ["accuracy", "metrics: expected metrics by name: { accuracy }, by import { accuracy } from"],
  [["auc"], '{ auc: overAll(rocAuc, { from: "logits" }) }, by import { overAll, rocAuc } from'],
  [[train.accuracy], "metrics: expected metrics by name: { accuracy }, got a list of 1"],
  [train.accuracy, "metrics: expected metrics by name: { accuracy }, got a function"],
  [{ share: "accuracy" }, "metrics.share: expected a function: share: accuracy, by import { accuracy } from"],
  [{ share: 3 }, "metrics.share: expected a function, got number 3"],
])("fit(…, { metrics: %o }) is refused with what to write", async (metrics, written) => {
  const error = await fitWith({ metrics });
  expect(error).toBeInstanceOf(ArgumentError);
  expect(error?.message).toContain(written);
});

test("what errors say to write exists, and is taken", async () => {
  expect(await fitWith({ loss: train.crossEntropy, metrics: { accuracy: train.accuracy } })).toBeUndefined();
  const targets = { x: numbers([16, 2]), y: numbers([16, 3]) };
  const options = { optimizer: new AdamOptimizer(), progress: false as const };
  const { loss, mse } = (
    await train.fit(dense(), targets, {
      ...options,
      loss: train.meanSquaredError,
      validationData: targets,
      metrics: { mse: train.meanSquaredError },
    })
  ).epochs[0] as train.EpochRecord;
  expect(loss).toBeGreaterThan(0);
  expect(mse).toBeGreaterThan(0);
  for (const name of ["huberError", "binaryCrossEntropy", "overAll", "rocAuc", "f1Score", "topKAccuracy"]) {
    expect(train).toHaveProperty(name);
  }
  for (const name of [
    "Adam",
    "AdamW",
    "Adagrad",
    "Adadelta",
    "Ftrl",
    "Momentum",
    "Nadam",
    "RMSProp",
    "GradientDescent",
  ]) {
    expect(rnn).toHaveProperty(`${name}Optimizer`);
  }
});

test("there is one accuracy and one meanSquaredError: those of unroll/train", () => {
  expect(Object.keys(rnn)).not.toContain("accuracy");
  expect(Object.keys(rnn)).not.toContain("meanSquaredError");
  expect(train.meanSquaredError).toBe(train.squaredError);
  expect(train.meanAbsoluteError).toBe(train.absoluteError);
});
