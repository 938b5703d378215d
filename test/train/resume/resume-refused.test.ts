// Which checkpoints fit refuses to resume from, and its messages.
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { DataError, writeCheckpoint } from "../../../src/data";
import { AdamOptimizer, ArgumentError, MomentumOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { adam, classifier, dense, numbers, quick, sequences, temporaryFolder, warnings, weightsOf } from "../support";

beforeAll(() => tf.ready());

const kept = async () => {
  const to = join(temporaryFolder(), "run");
  const callbacks = [new train.ModelCheckpoint({ folder: to })];
  await train.fit(classifier(), sequences(), quick({ optimizer: adam(), callbacks }));
  return to;
};

test.each<[string, Partial<train.FitOptions>, RegExp]>([
  ["another seed", { seed: 3 }, /seed: expected 3, got 0/],
  ["another batch size", { batchSize: 4 }, /batchSize: expected 4, as this fit has, got 8/],
  ["examples in their own order", { shuffle: false }, /shuffle: expected false/],
  ["another optimizer", { optimizer: new MomentumOptimizer() }, /slots: expected one named .*\/Momentum/],
  ["a schedule", { optimizer: new AdamOptimizer({ learningRate: () => 0.1 }) }, /numbers: .*learning_rate/],
])(
  "fit refuses to resume from a checkpoint of a training with %s, and the model is unchanged",
  async (_, other, message) => {
    const to = await kept();
    const model = classifier({ seed: 5 });
    const before = weightsOf(model);
    const refusal = train.fit(model, sequences(), quick({ optimizer: adam(), epochs: 2, resume: to, ...other }));
    await expect(refusal).rejects.toThrow(DataError);
    await expect(refusal).rejects.toThrow(message);
    expect(weightsOf(model)).toEqual(before);
  },
);

test("fit refuses to resume from a checkpoint of another model, of other data, or one that fit did not write", async () => {
  const to = await kept();
  const resumed = (model: train.Model, data: train.TrainingData) =>
    expect(train.fit(model, data, quick({ optimizer: adam(), resume: to }))).rejects;
  const flat = { x: numbers([23, 2]), y: sequences().y };
  await resumed(dense(), flat).toThrow(/weight layer\/dense\/kernel: expected float32 of shape \[2,3\], got none/);
  await resumed(classifier(), sequences(22)).toThrow(/rows: expected 22, as this fit has, got 23/);
  const other = join(temporaryFolder(), "run");
  await writeCheckpoint(other, { number: 1, tensors: {}, state: {} });
  const bare = train.fit(classifier(), sequences(), quick({ resume: other }));
  await expect(bare).rejects.toThrow(/state\.fit: expected what fit keeps in a checkpoint, got none/);
});

test("fit refuses resume with initialEpoch, and a ModelCheckpoint without resume whose folder has checkpoints", async () => {
  const to = await kept();
  const refusal = (options: object) => expect(train.fit(classifier(), sequences(), quick(options))).rejects;
  await refusal({ resume: to, initialEpoch: 1 }).toThrow(/^fit: initialEpoch: expected nothing, as resume says/);
  await refusal({ resume: 3 }).toThrow(/^fit: resume: expected a folder of checkpoints/);
  const callbacks = [new train.ModelCheckpoint({ folder: to })];
  await refusal({ callbacks }).toThrow(
    /^ModelCheckpoint: folder: expected a folder without checkpoints, or fit's resume/,
  );
});

test("fit warns of each callback whose state is in the checkpoint but which this fit does not have", async () => {
  const to = join(temporaryFolder(), "run");
  const early = () => new train.EarlyStopping({ monitor: "loss", restoreBestWeights: true });
  const reduce = () => new train.ReduceLROnPlateau({ monitor: "loss" });
  const fitting = (epochs: number, callbacks: train.Callback[]) =>
    train.fit(classifier(), sequences(), quick({ optimizer: adam(), epochs, callbacks, resume: to }));
  await fitting(1, [new train.ModelCheckpoint({ folder: to }), early(), reduce(), reduce()]);
  const warned = warnings();
  await fitting(2, [early(), reduce(), reduce()]);
  expect(warned.filter((line) => line.includes("state of"))).toEqual([]);
  await fitting(2, [reduce()]);
  expect(
    warned
      .filter((line) => line.includes("state of"))
      .map((line) => /state of the callback (.*), which this fit does not have/.exec(line)?.[1]),
  ).toEqual(["EarlyStopping", "ReduceLROnPlateau 2"]);
});

test("a callback that refuses its state gives a DataError, and the model is unchanged", async () => {
  const to = join(temporaryFolder(), "run");
  class Counting implements train.Callback {
    getState = () => ({ count: 3 });
    setState() {
      throw new ArgumentError("Counting", "state", "{ number }", "{ count }");
    }
  }
  const callbacks = [new Counting(), new train.ModelCheckpoint({ folder: to })];
  await train.fit(classifier(), sequences(), quick({ optimizer: adam(), callbacks }));
  const model = classifier({ seed: 5 });
  const before = weightsOf(model);
  const options = { optimizer: adam(), epochs: 2, resume: to, callbacks: [new Counting()] };
  await expect(train.fit(model, sequences(), quick(options))).rejects.toThrow(
    /callbacks\.Counting: expected \{ number \}, got \{ count \}/,
  );
  expect(weightsOf(model)).toEqual(before);
});

test("another model's checkpoint gives the error only, without warnings about callbacks", async () => {
  const to = join(temporaryFolder(), "run");
  const early = new train.EarlyStopping({ monitor: "loss" });
  const callbacks = [early, new train.ModelCheckpoint({ folder: to })];
  await train.fit(classifier(), sequences(), quick({ optimizer: adam(), callbacks }));
  const warned = warnings();
  const options = quick({
    optimizer: adam(),
    epochs: 2,
    resume: to,
    callbacks: [new train.ModelCheckpoint({ folder: to })],
  });
  await expect(train.fit(dense(4), sequences(), options)).rejects.toThrow(DataError);
  expect(warned).toEqual([]);
});

test("fit warns of resume without a ModelCheckpoint for that folder, and does not warn with one", async () => {
  const to = join(temporaryFolder(), "run");
  const warned = warnings();
  await train.fit(classifier(), sequences(), quick({ resume: to }));
  expect(warned).toEqual([`unroll: fit: resume: "${to}": no ModelCheckpoint among the callbacks writes there`]);
  await train.fit(
    classifier(),
    sequences(),
    quick({ resume: to, callbacks: [new train.ModelCheckpoint({ folder: to })] }),
  );
  expect(warned).toHaveLength(1);
});
