// Whether small or large values are good is known or asked for; a guess would keep the worst weights of a training.
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { bestCheckpoint } from "../../../src/data";
import { ArgumentError } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { directionByName } from "../../../src/train/direction";
import { classifier, play, quick, sequences, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

/** A metric of one's own that takes the given values, epoch by epoch. */
function scripted(values: readonly number[]) {
  let calls = 0;
  return { terms: () => tf.tensor1d([1]), of: () => values[calls++] ?? Number.NaN };
}

test.each([
  ["val_f1", undefined],
  ["recall", undefined],
  ["val_inaccuracy", undefined],
  ["balanced", undefined],
  ["lossless", undefined],
  ["seconds", undefined],
  ["learningRate", undefined],
  ["constructor", undefined],
  ["", undefined],
  ["loss", "min"],
  ["val_loss", "min"],
  ["val_head_loss", "min"],
  ["accuracy", "max"],
  ["val_head_accuracy", "max"],
  ["val_acc", "max"],
  ["rocAuc", "max"],
  ["val_rocAUC", "max"],
  ["testAccuracy", "max"],
] as const)("directionByName(%j) is %j", (name, direction) => {
  expect(directionByName(name)).toBe(direction);
});

const SIBLINGS: [string, (options: train.MonitorOptions) => train.Callback][] = [
  ["EarlyStopping", (options) => new train.EarlyStopping(options)],
  ["ReduceLROnPlateau", (options) => new train.ReduceLROnPlateau(options)],
  [
    "ModelCheckpoint",
    ({ monitor, mode }) =>
      new train.ModelCheckpoint({ folder: join(temporaryFolder(), "run"), best: { monitor, mode } as object }),
  ],
];

describe.each(SIBLINGS)("%s", (where, make) => {
  const metrics = { f1: (_: tf.Tensor, y: tf.Tensor) => tf.zerosLike(y).toFloat() };
  const fitting = (options: train.MonitorOptions, more: object = { metrics }) =>
    train.fit(classifier(), sequences(), quick({ validationData: sequences(9), callbacks: [make(options)], ...more }));

  test("refuses a name whose direction nothing says, before the first step, and takes it with mode", async () => {
    await expect(fitting({ monitor: "val_f1" })).rejects.toThrow(
      `${where}: mode: expected "min" or "max", because nothing says whether small or large values of val_f1 are good, got "auto"`,
    );
    await fitting({ monitor: "val_f1", mode: "max" });
  });

  test("takes a metric of any name that says its direction", async () => {
    for (const metric of [
      { terms: metrics.f1, mode: "max" } as const,
      Object.assign((_: tf.Tensor, y: tf.Tensor) => tf.zerosLike(y).toFloat(), { mode: "max" as const }),
      train.accuracy,
      train.perplexity,
    ]) {
      await fitting({ monitor: "val_f1" }, { metrics: { f1: metric } });
    }
    // `of` may reverse the order, so the direction of the terms is not the metric's
    const reversed = { terms: train.accuracy, of: (mean: number) => 1 - mean };
    await expect(fitting({ monitor: "f1" }, { metrics: { f1: reversed } })).rejects.toThrow(/: mode: /);
  });
});

test("EarlyStopping restores the best weights of an own accuracy under any name", async () => {
  const values = [0.8, 0.95, 0.9];
  for (const [name, mode] of [
    ["recall", "max"],
    ["accuracy", undefined],
  ] as const) {
    const metric = scripted(values);
    const weights: number[][] = [];
    const model = classifier();
    const early = new train.EarlyStopping({
      monitor: `val_${name}`,
      patience: 9,
      restoreBestWeights: true,
      ...(mode && { mode }),
    });
    const watch: train.Callback = {
      onEpochEnd: () => void weights.push([...(model.variables[0] as tf.Variable).dataSync()]),
    };
    const { epochs } = await train.fit(
      model,
      sequences(),
      quick({
        epochs: 3,
        metrics: { [name]: metric },
        trainingMetrics: false,
        validationData: sequences(9),
        callbacks: [watch, early],
      }),
    );
    const kept = epochs.map((record) => record[`val_${name}`]);
    const best = kept.indexOf(Math.max(...kept.map(Number)));
    expect(best).toBe(1);
    expect([...(model.variables[0] as tf.Variable).dataSync()]).toEqual(weights[best]);
  }
});

test("the metric's direction wins over a name, and the checkpoint marked best follows it", async () => {
  const folder = join(temporaryFolder(), "run");
  const misnamed = { terms: train.squaredError, mode: "min" } as const;
  const data = { x: sequences(9).x, y: { data: new Float32Array(27), shape: [9, 3] } };
  const callbacks = [new train.ModelCheckpoint({ folder, best: { monitor: "accuracy" } })];
  const options = quick({ loss: train.squaredError, epochs: 4, metrics: { accuracy: misnamed }, callbacks });
  const { epochs } = await train.fit(classifier(), data, options);
  const least = Math.min(...epochs.map(({ accuracy }) => accuracy as number));
  expect((await bestCheckpoint(folder))?.best).toEqual({ value: least, mode: "min" });
});

test("a resumed training keeps name and direction, and refuses others: the best value would mean nothing", () => {
  for (const make of [train.EarlyStopping, train.ReduceLROnPlateau]) {
    const first = new make({ monitor: "f1", mode: "max" });
    play(first, [0.1, 0.3], { name: "f1" });
    const state = JSON.parse(JSON.stringify(first.getState()));
    expect(state).toMatchObject({ best: 0.3, monitor: "f1", mode: "max" });
    const resumed = (options: train.MonitorOptions) => {
      const callback = new make(options);
      callback.setState(state);
      return () => play(callback, [0.2], { name: "f1", step: 2, measures: ["loss", "f1"] });
    };
    expect(resumed({ monitor: "f1", mode: "max" })).not.toThrow();
    expect(resumed({ monitor: "f1", mode: "min" })).toThrow(/mode: expected max, by which the checkpoint's best value/);
    expect(resumed({ monitor: "loss" })).toThrow(/monitor: expected f1, by which the checkpoint's best value/);
    const anew = new make({ monitor: "f1", mode: "min" });
    anew.setState(state);
    expect(() => play(anew, [0.2], { name: "f1" })).not.toThrow(); // a new training resets the state
  }
});

test("ModelCheckpoint refuses another monitor or direction in the folder of a training that it resumes", async () => {
  const folder = join(temporaryFolder(), "run");
  const run = (epochs: number, best: { monitor?: string; mode?: "min" | "max" }) => {
    const callbacks = [new train.ModelCheckpoint({ folder, best })];
    const more = { metrics: { accuracy: train.accuracy }, validationData: sequences(9), resume: folder };
    return train.fit(classifier(), sequences(), quick({ epochs, callbacks, ...more }));
  };
  await run(1, {});
  await expect(run(2, { monitor: "val_accuracy" })).rejects.toThrow(
    /^ModelCheckpoint: monitor: expected val_loss, by which/,
  );
  await expect(run(2, { mode: "max" })).rejects.toThrow(/^ModelCheckpoint: mode: expected min, by which/);
  expect((await run(2, { mode: "min" })).epochs).toHaveLength(2);
});

test("minDelta of −5 is as 5, as in Keras", () => {
  for (const minDelta of [-0.5, 0.5]) {
    expect(play(new train.EarlyStopping({ patience: 1, minDelta }), [3, 2.8, 2.7]).epochs).toBe(2);
  }
  expect(() => new train.EarlyStopping({ minDelta: Number.NaN })).toThrow(ArgumentError);
});

test("every watched series: the best epoch is that of the largest or the smallest value, as mode or metric says", () => {
  const series = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
  const direction = fc.constantFrom("min" as const, "max" as const);
  const property = fc.property(series, direction, fc.boolean(), fc.boolean(), (values, mode, saysMode, isCompound) => {
    const name = isCompound ? "val_head_score" : "score";
    const options = { monitor: name, patience: 99, restoreBestWeights: true, ...(saysMode && { mode }) };
    const directions = saysMode ? {} : { [name]: mode };
    const { last } = play(new train.EarlyStopping(options), values, { name, directions });
    const best = (mode === "max" ? Math.max : Math.min)(...values);
    expect(last).toBe(values.indexOf(best));
  });
  fc.assert(property, { numRuns: 60, seed: 21 });
});
