import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { csvNumbers, readCsv } from "../../../src/data";
import { AdamOptimizer, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { classifier, play, quick, sequences, temporaryFolder, weightsOf } from "../support";

beforeAll(() => tf.ready());

test.each<[string, train.EarlyStoppingOptions, number[], number]>([
  ["patience 0: at the first epoch without improvement", {}, [3, 2, 2, 1], 3],
  ["patience 2", { patience: 2 }, [3, 2, 2.5, 1.9, 2, 2, 1], 6],
  ["minDelta: a smaller change does not count", { patience: 1, minDelta: 0.5 }, [3, 2.8, 2.7], 2],
  ["large is good, by the name", { monitor: "val_accuracy" }, [0.1, 0.2, 0.2], 3],
  ["large is good, by mode", { monitor: "val_score", mode: "max" }, [1, 2, 1], 3],
  ["NaN is no improvement", { patience: 1 }, [Number.NaN, 2, Number.NaN], 3],
  [
    "baseline: an improvement that is worse than the baseline does not restart the count",
    { patience: 2, baseline: 1 },
    [3, 2.5, 2.6],
    3,
  ],
  ["startFromEpoch", { startFromEpoch: 2 }, [1, 2, 3, 4, 5], 4],
])("EarlyStopping, %s", (_, options, values, epochs) => {
  const name = options.monitor ?? "val_loss";
  expect(play(new train.EarlyStopping(options), values, { name }).epochs).toBe(epochs);
});

test("EarlyStopping({ restoreBestWeights }) restores the best epoch's weights, also after the last epoch", () => {
  const restore = { patience: 2, restoreBestWeights: true };
  const { stopped, last } = play(new train.EarlyStopping(restore), [3, 1, 2, 2, 2]);
  expect([stopped, last]).toEqual(["EarlyStopping: val_loss was best in epoch 2 (1), 2 epochs ago", 1]);
  expect(play(new train.EarlyStopping({ ...restore, patience: 9 }), [3, 1, 2])).toMatchObject({ epochs: 3, last: 1 });
  expect(play(new train.EarlyStopping({ patience: 2 }), [3, 1, 2, 2, 2]).last).toBe(3);
});

test("EarlyStopping restores the averages that were measured: the model has the best val_loss again", async () => {
  const w = tf.variable(tf.scalar(0));
  const model: train.Model = { variables: [w], call: (x: tf.Tensor) => tf.mul(x, w) };
  const one = (value: number) => ({ data: Float32Array.of(value), shape: [1] });
  const of = (y: number) => ({ x: one(1), y: one(y) });
  const [data, validationData] = [of(1), of(0.5)];
  const movingAverage = { decay: 0.8, measured: true };
  const options = quick({
    ...{ loss: train.squaredError, epochs: 12, validationData },
    optimizer: new GradientDescentOptimizer({ learningRate: 0.2, movingAverage }),
    callbacks: [new train.EarlyStopping({ patience: 2, restoreBestWeights: true })],
  });
  const { epochs } = await train.fit(model, data, options);
  const best = Math.min(...epochs.map((each) => each.val_loss as number));
  expect(epochs.at(-1)?.val_loss).toBeGreaterThan(best);
  expect((await train.evaluate(model, validationData, { loss: train.squaredError })).loss).toBeCloseTo(best, 7);
});

test("EarlyStopping restores, as Keras does, the first epoch's weights when every value is NaN", () => {
  const restore = { patience: 2, restoreBestWeights: true };
  const { stopped, last } = play(new train.EarlyStopping(restore), [Number.NaN, Number.NaN, Number.NaN]);
  expect([stopped, last]).toEqual(["EarlyStopping: val_loss was no number in 2 epochs", 0]);
  const after = new train.EarlyStopping({ ...restore, startFromEpoch: 1 });
  expect(play(after, [1, Number.NaN, Number.NaN, Number.NaN]).last).toBe(1);
});

test("EarlyStopping's reason has the best epoch, its value and the number of epochs since", () => {
  const { stopped } = play(new train.EarlyStopping({ patience: 2, baseline: 1 }), [3, 2.5, 2.6]);
  expect(stopped).toBe("EarlyStopping: val_loss was best in epoch 2 (2.500), no better than 1 in 3 epochs");
});

test("EarlyStopping and ReduceLROnPlateau continue from their states, and begin anew in a new training", () => {
  const values = [3, 2, 2.5];
  const early = new train.EarlyStopping({ patience: 3, restoreBestWeights: true });
  play(early, values);
  const later = new train.EarlyStopping({ patience: 3, restoreBestWeights: true });
  later.setState(JSON.parse(JSON.stringify(early.getState())));
  later.setArrays(early.getArrays());
  expect(play(later, [2.5, 2.5, 2.5], { step: 3 })).toMatchObject({ epochs: 2, last: 1 });
  const over = new train.EarlyStopping({ patience: 3 });
  over.setState(JSON.parse(JSON.stringify(later.getState())));
  expect(play(over, [2.5], { step: 6 }).stopped).toBe("EarlyStopping: val_loss was best in epoch 2 (2), 3 epochs ago");
  expect(play(later, [9, 8, 7]).stopped).toBeUndefined();
  const reduce = new train.ReduceLROnPlateau({ patience: 2, factor: 0.5 });
  play(reduce, [3, 3]);
  const resumed = new train.ReduceLROnPlateau({ patience: 2, factor: 0.5 });
  resumed.setState(JSON.parse(JSON.stringify(reduce.getState())));
  expect(play(resumed, [3], { step: 2 }).rates).toEqual([0.005]);
  expect(() => later.setState({ other: 1 })).toThrow(/^EarlyStopping\.setState: state: expected what getState gave/);
});

test("ReduceLROnPlateau counts as Keras does: patience, cooldown, the smallest rate", () => {
  const reduce = new train.ReduceLROnPlateau({ patience: 2, factor: 0.5, cooldown: 1, minLearningRate: 0.003 });
  const { rates } = play(reduce, [1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5]);
  expect(rates).toEqual([0.01, 0.01, 0.005, 0.005, 0.003, 0.003, 0.003, 0.003, 0.003]);
  expect(reduce.getState()).toEqual({ wait: 2, cooling: 0, best: 0.5, monitor: "val_loss", mode: "min" }); // at the least rate it neither cools nor begins anew
});

test.each([
  ["EarlyStopping", () => new train.EarlyStopping()],
  ["ReduceLROnPlateau", () => new train.ReduceLROnPlateau()],
  ["ModelCheckpoint", () => new train.ModelCheckpoint({ folder: join(temporaryFolder(), "run"), best: {} })],
])("%s refuses a monitor that no epoch has before the first step, and lists the existing names", async (name, make) => {
  const model = classifier();
  const before = weightsOf(model);
  const metrics = { accuracy: train.accuracy };
  const refusal = train.fit(model, sequences(), quick({ metrics, callbacks: [make()] }));
  await expect(refusal).rejects.toThrow(
    `${name}: monitor: expected one of epoch, loss, accuracy, learningRate, seconds (there is no validationData), got val_loss`,
  );
  expect(weightsOf(model)).toEqual(before);
});

test("run.measures has the names of the epochs' records, in their order", async () => {
  const seen: (readonly string[])[] = [];
  const callbacks = [{ onTrainBegin: ({ measures }: train.TrainingRun) => void seen.push(measures) }];
  const metrics = { accuracy: train.accuracy };
  for (const more of [
    {},
    { metrics },
    { metrics, trainingMetrics: false },
    { metrics, validationData: sequences(5) },
  ]) {
    const { epochs } = await fitting({ ...more, callbacks });
    expect(seen.pop()).toEqual(Object.keys(epochs[0] as object));
  }
});

const fitting = (options: Partial<train.FitOptions>) => train.fit(classifier(), sequences(), quick(options));

test("fit calls hooks in Keras's order, with epoch and batch from 0, and awaits them", async () => {
  const calls: string[] = [];
  const wait = async (text: string) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    calls.push(text);
  };
  const watch: train.Callback = {
    onTrainBegin: (run) => wait(`begin ${run.epochs}×${run.stepsPerEpoch}`),
    onEpochBegin: (epoch) => wait(`epoch ${epoch}`),
    onBatchEnd: (batch, logs, run) => wait(`${batch} ${Object.keys(logs)} ${run.step} ${run.history.next.batch}`),
    onEpochEnd: (epoch, logs, run) => wait(`end ${epoch} ${"loss" in logs} ${run.history.epochs.length}`),
    onTrainEnd: () => wait("over"),
  };
  await fitting({ batchSize: 12, epochs: 2, callbacks: [watch] });
  const epoch = (n: number) => [
    `epoch ${n}`,
    `0 loss,meanLoss ${2 * n + 1} 1`,
    `1 loss,meanLoss ${2 * n + 2} 2`,
    `end ${n} true ${n + 1}`,
  ];
  expect(calls).toEqual(["begin 2×2", ...epoch(0), ...epoch(1), "over"]);
});

test("LearningRateScheduler(schedule) sets the rate of each epoch, and the history has it", async () => {
  const callbacks = [new train.LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2))];
  const { epochs } = await fitting({ epochs: 3, callbacks });
  expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.05, 0.025]);
  const optimizer = new AdamOptimizer({ learningRate: () => 0.1 });
  await expect(fitting({ optimizer, callbacks })).rejects.toThrow(/optimizer\.learningRate: expected a number/);
  const wrong = [new train.LearningRateScheduler(() => Number.NaN)];
  await expect(fitting({ callbacks: wrong })).rejects.toThrow(/^LearningRateScheduler: the rate of epoch 1/);
});

test("CSVLogger(file) writes a line for each epoch; CSVLogger(file, { append: true }) appends to the file", async () => {
  const file = join(temporaryFolder(), "deep", "log.csv");
  const metrics = { accuracy: train.accuracy };
  await fitting({ epochs: 2, metrics, callbacks: [new train.CSVLogger(file)] });
  await fitting({ epochs: 3, initialEpoch: 2, metrics, callbacks: [new train.CSVLogger(file, { append: true })] });
  const lines = readFileSync(file, "utf8").trim().split("\n");
  expect(lines[0]).toBe("epoch,loss,accuracy,learningRate,seconds");
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["0", "1", "2"]);
  const other = fitting({ callbacks: [new train.CSVLogger(file, { append: true })] });
  await expect(other).rejects.toThrow(
    /^CSVLogger: file: expected one with the columns epoch,loss,learningRate,seconds, got epoch,loss,accuracy,/,
  );
  await fitting({ callbacks: [new train.CSVLogger(file, { separator: ";" })] });
  expect(readFileSync(file, "utf8")).toMatch(/^epoch;loss;learningRate;seconds\n0;[\d.]+;0\.1;[\d.e-]+\n$/);
});

test("CSVLogger({ append }) after a resume: repeated epochs have one line, and lines of an older training stay", () => {
  const file = join(temporaryFolder(), "log.csv");
  const record = (epoch: number, loss: number) => ({ epoch, loss }) as unknown as train.EpochRecord;
  const begin = (done: number) => {
    const logger = new train.CSVLogger(file, { append: true });
    const epochs = Array.from({ length: done }, (_, epoch) => record(epoch, 1));
    logger.onTrainBegin({
      history: { epochs },
      measures: ["epoch", "loss"],
      callbacks: [logger],
    } as unknown as train.TrainingRun);
    return logger;
  };
  const older = begin(0);
  for (const epoch of [0, 1, 2]) older.onEpochEnd(epoch, record(epoch, 9));
  const killed = begin(0);
  for (const epoch of [0, 1, 2]) killed.onEpochEnd(epoch, record(epoch, 1));
  begin(1).onEpochEnd(1, record(1, 2)); // from a checkpoint after the first epoch
  expect(readFileSync(file, "utf8")).toBe("epoch,loss\n0,9\n1,9\n2,9\n0,1\n1,2\n");
});

test("CSVLogger writes -0 as -0, and gives an error where its folder cannot be made", () => {
  const begun = (file: string) => {
    const logger = new train.CSVLogger(file);
    const run = { history: { epochs: [] }, measures: ["epoch", "loss"], callbacks: [logger] };
    logger.onTrainBegin(run as unknown as train.TrainingRun);
    return logger;
  };
  const file = join(temporaryFolder(), "log.csv");
  begun(file).onEpochEnd(0, { epoch: 0, loss: -0 } as unknown as train.EpochRecord);
  expect(csvNumbers(readCsv(readFileSync(file), file), ["epoch", "loss"], file)).toEqual(Float32Array.of(0, -0));
  if (process.platform === "linux") expect(() => begun("/proc/unroll/a/log.csv")).toThrow(/ENOENT/);
});

test.each([
  ["EarlyStopping", () => new train.EarlyStopping({ patience: -1 }), "patience"],
  ["EarlyStopping", () => new train.EarlyStopping({ mode: "least" as never }), "mode"],
  ["EarlyStopping", () => new train.EarlyStopping({ wait: 3 } as never), "options"],
  ["ModelCheckpoint", () => new train.ModelCheckpoint({} as never), "folder"],
  ["ModelCheckpoint", () => new train.ModelCheckpoint({ folder: "x", every: { steps: 0 } }), "every.steps"],
  ["ModelCheckpoint", () => new train.ModelCheckpoint({ folder: "x", every: 3 as never }), "every"],
  ["ModelCheckpoint", () => new train.ModelCheckpoint({ folder: "x", keep: 0 }), "keep"],
  ["ModelCheckpoint", () => new train.ModelCheckpoint({ folder: "x", best: { mode: "least" as never } }), "mode"],
  ["ReduceLROnPlateau", () => new train.ReduceLROnPlateau({ factor: 2 }), "factor"],
  ["LearningRateScheduler", () => new train.LearningRateScheduler(3 as never), "schedule"],
  ["CSVLogger", () => new train.CSVLogger(""), "file"],
  ["CSVLogger", () => new train.CSVLogger("x", { separator: 3 as never }), "separator"],
  ["TensorBoard", () => new train.TensorBoard(undefined as never), "folder"],
])("%s refuses a wrong option by name", (where, make, argument) => {
  expect(make).toThrow(expect.objectContaining({ name: "ArgumentError", where, argument }));
});
