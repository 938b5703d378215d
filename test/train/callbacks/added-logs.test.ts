// Values that a callback adds to an epoch's record: in the history, in files, and watched by the callbacks after it.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { classifier, quick, sequences, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

const fitting = (options: Partial<train.FitOptions>) => train.fit(classifier(), sequences(), quick(options));

/** Adds `score`, the given values epoch by epoch. */
const scoring = (values: readonly number[], direction: "min" | "max" | "none" = "max"): train.Callback => ({
  adds: { score: direction },
  onEpochEnd: (epoch, logs) => {
    const value = values[epoch];
    if (value !== undefined) logs.score = value;
  },
});

test("a value that a callback adds is in the history, in the CSV file and in run.measures, and others monitor it", async () => {
  const file = join(temporaryFolder(), "log.csv");
  const seen: unknown[] = [];
  const early = new train.EarlyStopping({ monitor: "score", patience: 1 });
  const watch: train.Callback = {
    onTrainBegin: ({ measures, directions }) => void seen.push(measures, directions),
    onEpochEnd: (_epoch, { score }) => void seen.push(score),
  };
  const callbacks = [scoring([0.1, 0.4, 0.3, 0.9]), early, new train.CSVLogger(file), watch];
  const { epochs, stopped } = await fitting({ epochs: 4, callbacks });
  expect(epochs.map(({ score }) => score)).toEqual([0.1, 0.4, 0.3]);
  expect(stopped).toBe("EarlyStopping: score was best in epoch 2 (0.4000), 1 epoch ago");
  expect(readFileSync(file, "utf8").split("\n")[0]).toBe("epoch,loss,learningRate,seconds,score");
  expect(readFileSync(file, "utf8").trim().split("\n").at(-1)).toMatch(/,0\.3$/);
  const measures = ["epoch", "loss", "learningRate", "seconds", "score"];
  expect(seen).toEqual([measures, { loss: "min", score: "max" }, 0.1, 0.4, 0.3]);
});

test("an added value survives a resume, and ModelCheckpoint may find the best by it", async () => {
  const folder = join(temporaryFolder(), "run");
  const run = (epochs: number) =>
    fitting({
      epochs,
      resume: folder,
      callbacks: [new train.ModelCheckpoint({ folder, best: { monitor: "score" } }), scoring([3, 5, 4])],
    });
  await run(2);
  expect((await run(3)).epochs.map(({ score }) => score)).toEqual([3, 5, 4]);
});

test("an epoch without the value does not count", async () => {
  const early = new train.EarlyStopping({ monitor: "score", patience: 1 });
  const sparse: train.Callback = {
    adds: { score: "max" },
    onEpochEnd: (epoch, logs) => {
      if (epoch % 2 === 0) logs.score = -epoch;
    },
  };
  const { epochs } = await fitting({ epochs: 9, callbacks: [sparse, early] });
  expect(epochs.map(({ score }) => score)).toEqual([-0, undefined, -2]);
});

test.each<[string, train.Callback[], RegExp]>([
  [
    "a value that is not declared",
    [{ onEpochEnd: (_, logs) => void Object.assign(logs, { score: 1 }) }],
    /^Object\.onEpochEnd: logs\.score: expected a name that the callback declares, adds: \{ score: "min", "max" or "none" \}/,
  ],
  [
    "a measured value that changes",
    [{ onEpochEnd: (_, logs) => void Object.assign(logs, { loss: 0 }) }],
    /^Object\.onEpochEnd: logs\.loss: expected [\d.]+, as it was measured, got number 0/,
  ],
  [
    "a value that another callback added and that changes",
    [scoring([1]), { onEpochEnd: (_, logs) => void Object.assign(logs, { score: 2 }) }],
    /logs\.score: expected 1, as it was measured, got number 2/,
  ],
  [
    "no number",
    [{ adds: { score: "max" }, onEpochEnd: (_, logs) => void Object.assign(logs, { score: "1" }) }],
    /logs\.score: expected a number, got string 1/,
  ],
  [
    "a name that is taken",
    [{ adds: { loss: "min" } }],
    /^fit: callbacks\[0\]\.adds: expected a name that is not taken/,
  ],
  ["a name twice", [scoring([1]), scoring([1])], /^fit: callbacks\[1\]\.adds: expected a name that is not taken/],
  ["another direction", [{ adds: { score: "up" as "max" } }], /^fit: callbacks\[0\]\.adds\.score: expected "min" or/],
  [
    "a monitor before the callback",
    [new train.EarlyStopping({ monitor: "score" }), scoring([1])],
    /^EarlyStopping: monitor: expected a callback that adds it to stand before this one, got score/,
  ],
  [
    "a file of logs before the callback",
    [new train.CSVLogger(join(tmpdir(), "x.csv")), scoring([1])],
    /^CSVLogger: callbacks: expected this callback to stand after the one that adds score/,
  ],
  [
    "a direction that nothing says",
    [scoring([1], "none"), new train.ReduceLROnPlateau({ monitor: "score" })],
    /^ReduceLROnPlateau: mode: expected "min" or "max"/,
  ],
])("fit refuses %s", async (_, callbacks, message) => {
  await expect(fitting({ callbacks })).rejects.toThrow(message);
});

test("onBatchBegin comes before each step, is awaited, and may stop the training before the step", async () => {
  const calls: string[] = [];
  const watch: train.Callback = {
    onEpochBegin: (epoch) => void calls.push(`epoch ${epoch}`),
    onBatchBegin: async (batch, run) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(`begin ${batch} at ${run.step}`);
      if (run.step === 3) run.stop("enough");
    },
    onBatchEnd: (batch, _logs, run) => void calls.push(`end ${batch} at ${run.step}`),
  };
  const { stopped, next } = await fitting({ batchSize: 12, epochs: 3, callbacks: [watch] });
  const first = ["epoch 0", "begin 0 at 0", "end 0 at 1", "begin 1 at 1", "end 1 at 2"];
  expect(calls).toEqual([...first, "epoch 1", "begin 0 at 2", "end 0 at 3", "begin 1 at 3"]);
  expect([stopped, next.epoch, next.batch]).toEqual(["enough", 1, 1]);
});

test("everyEpochs measures after every n-th epoch, and the weights are those of a training that measures always", async () => {
  const options = { epochs: 5, metrics: { accuracy: train.accuracy }, validationData: sequences(9) };
  const file = join(temporaryFolder(), "log.csv");
  const early = new train.EarlyStopping({ patience: 2 });
  const sparse = await fitting({ ...options, everyEpochs: 2, callbacks: [new train.CSVLogger(file), early] });
  const always = await fitting(options);
  const measured = ["accuracy", "val_loss", "val_accuracy"];
  for (const [epoch, record] of sparse.epochs.entries()) {
    const whole = always.epochs[epoch] as train.EpochRecord;
    const names = epoch % 2 === 1 ? measured : [];
    expect(measured.filter((name) => name in record)).toEqual(names);
    for (const name of ["loss", ...names]) expect(record[name]).toBe(whole[name]);
  }
  expect(readFileSync(file, "utf8").split("\n")[1]).toMatch(/^0,[\d.]+,,,,0\.1,/);
  const folder = join(temporaryFolder(), "run");
  const resumed = (epochs: number) => {
    const callbacks = [new train.ModelCheckpoint({ folder, best: {} })];
    return fitting({ ...options, epochs, everyEpochs: 2, resume: folder, callbacks });
  };
  await resumed(3);
  const names = (await resumed(5)).epochs.map((record) => Object.keys(record));
  expect(names).toEqual(sparse.epochs.map((record) => Object.keys(record)));
  await expect(fitting({ epochs: 2, everyEpochs: 3 })).rejects.toThrow(
    /^fit: everyEpochs: expected 1 to 2, the epochs/,
  );
  await expect(fitting({ everyEpochs: 0 })).rejects.toThrow(/^fit: everyEpochs: expected a whole number/);
});
