// A training that is stopped anywhere and resumed from its checkpoint gives the same bits as one that never stopped.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { canCompile } from "../../../src/compile";
import { bestCheckpoint, type Checkpoint, type JsonRecord, latestCheckpoint, writeCheckpoint } from "../../../src/data";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import {
  adam,
  classifier,
  expectNoTensors,
  losses,
  quick,
  sequences,
  temporaryFolder,
  warnings,
  weightsOf,
} from "../support";

beforeAll(() => tf.ready());

const timeless = ({ epochs, ...rest }: train.History) => ({
  ...rest,
  epochs: epochs.map(({ seconds: _, ...record }) => record),
});

/** Everything that a training had at its end. */
interface Ended {
  history: train.History;
  losses: number[];
  weights: number[];
  kept: Checkpoint | undefined;
}

/** Trains with every part that has a state. It makes a new model and optimizer each time, as a new process does. */
async function run(
  to: string,
  options: Partial<train.FitOptions> & { stopAt?: number; seed?: number } = {},
): Promise<Ended> {
  const { stopAt, seed = 1, callbacks = [], ...more } = options;
  const model = classifier({ keep: 0.7, seed });
  const watch = losses();
  const stopper: train.Callback = {
    onBatchEnd: (_batch, _logs, each) => (each.step === stopAt ? each.stop("killed") : undefined),
  };
  const history = await train.fit(
    model,
    sequences(),
    quick({
      optimizer: adam(),
      epochs: 5,
      seed: 7,
      shards: 2,
      metrics: { accuracy: train.accuracy },
      validationData: sequences(9),
      resume: to,
      callbacks: [
        new train.ModelCheckpoint({ folder: to, every: { steps: 2 }, best: { monitor: "val_loss" } }),
        new train.LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate * 0.9)),
        new train.EarlyStopping({ patience: 9, restoreBestWeights: true }),
        new train.ReduceLROnPlateau({ monitor: "loss", patience: 1 }),
        new train.CSVLogger(join(to, "..", "log.csv")),
        watch,
        stopper,
        ...callbacks,
      ],
      ...more,
    }),
  );
  return { history, losses: watch.seen, weights: weightsOf(model), kept: await latestCheckpoint(to) };
}

const stateOf = ({ kept }: Ended) => {
  const { fit, ...state } = (kept as Checkpoint).state as unknown as { fit: { epochs: object[] } };
  return { ...state, fit: { ...fit, seconds: 0, epochs: fit.epochs.map((record) => ({ ...record, seconds: 0 })) } };
};
const bytesOf = ({ kept }: Ended) =>
  Object.entries(kept?.tensors ?? {}).map(([name, { data }]) => [name, Buffer.from(data.buffer).toString("hex")]);

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())(
    "stopped after any step and resumed: losses, weights, history, slots, callbacks and best weights are the same bits",
    async () => {
      const straight = await run(join(temporaryFolder(), "run"), { compiled });
      expect(straight.losses).toHaveLength(15);
      for (const stopAt of [1, 2, 3, 7, 12]) {
        const to = join(temporaryFolder(), "run");
        const first = await run(to, { compiled, stopAt });
        expect(first.history.stopped).toBe("killed");
        const second = await run(to, { compiled, seed: 100 }); // other weights, which the checkpoint replaces
        expect([...first.losses, ...second.losses], `stopped after ${stopAt}`).toEqual(straight.losses);
        expect(second.weights).toEqual(straight.weights);
        expect(timeless(second.history)).toEqual(timeless(straight.history));
        expect(JSON.stringify(stateOf(second))).toBe(JSON.stringify(stateOf(straight))); // the order of names too
        expect(bytesOf(second)).toEqual(bytesOf(straight));
      }
    },
  );
});

test("fit(…, { resume }) from the checkpoint after the last step gives the same history and trains nothing", async () => {
  const to = join(temporaryFolder(), "run");
  const first = await run(to);
  const again = await run(to, { seed: 50 });
  expect(again.losses).toEqual([]);
  expect(again.weights).toEqual(first.weights); // EarlyStopping's best weights among them
  expect(again.history).toEqual(first.history);
});

test("the seconds of a resumed epoch include those before its checkpoint; a checkpoint without them counts 0", async () => {
  let now = 0;
  const spy = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => spy.mockRestore());
  const trainIn = async (to: string, stopAt?: number) => {
    const clock: train.Callback = {
      onBatchEnd: (_batch, _logs, each) => {
        now += 1000;
        if (each.step === stopAt) each.stop("now");
      },
    };
    const callbacks = [clock, new train.ModelCheckpoint({ folder: to })];
    const { epochs } = await train.fit(classifier(), sequences(), quick({ epochs: 2, callbacks, resume: to }));
    return epochs.map(({ seconds }) => seconds);
  };
  const to = join(temporaryFolder(), "run");
  expect(await trainIn(to, 2)).toEqual([]);
  const { number, tensors, state } = (await latestCheckpoint(to)) as Checkpoint;
  expect(await trainIn(to)).toEqual([3, 3]);
  const { seconds, ...fit } = state.fit as JsonRecord;
  expect(seconds).toBe(2);
  const old = join(temporaryFolder(), "run");
  await writeCheckpoint(old, { number, tensors, state: { ...state, fit } });
  expect(await trainIn(old)).toEqual([1, 3]);
});

test("an epoch that was stopped before its first batch begins again, and LearningRateScheduler sets its rate once", async () => {
  const run = async (to: string, stopIn?: number) => {
    const callbacks = [
      new train.LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2)),
      { onEpochBegin: (epoch: number, each: train.TrainingRun) => (epoch === stopIn ? each.stop("now") : undefined) },
      new train.ModelCheckpoint({ folder: to, every: { steps: 100 } }),
    ];
    const { epochs } = await train.fit(classifier(), sequences(), quick({ epochs: 4, callbacks, resume: to }));
    return epochs.map(({ learningRate }) => learningRate);
  };
  const to = join(temporaryFolder(), "run");
  await run(to, 2);
  expect((await latestCheckpoint(to))?.state).toMatchObject({ epoch: 2, batch: 0 });
  expect(await run(to)).toEqual([0.1, 0.05, 0.025, 0.0125]);
});

test("a resumed training leaves no tensors but the optimizer's slots", async () => {
  const to = join(temporaryFolder(), "run");
  await run(to, { stopAt: 4 });
  const model = classifier({ keep: 0.7 });
  const lines = warnings();
  await expectNoTensors(async () => {
    const optimizer = adam();
    await train.fit(model, sequences(), quick({ optimizer, epochs: 5, seed: 7, resume: to }));
    optimizer.dispose();
  });
  const named = lines.map((line) => /callback (\w+)|no ModelCheckpoint/.exec(line)?.[1]);
  expect(named).toEqual(["EarlyStopping", "LearningRateScheduler", "ModelCheckpoint", "ReduceLROnPlateau", undefined]);
});

test("resume restores infinite and missing numbers in callbacks' states and in the history", async () => {
  const state = { best: Number.NEGATIVE_INFINITY, values: [Number.NaN, 1, null], name: "x", nothing: undefined };
  let back: unknown;
  class Odd implements train.Callback {
    getState = () => state;
    setState(given: unknown) {
      back = given;
    }
  }
  const to = join(temporaryFolder(), "run");
  const metrics = { odd: { terms: train.crossEntropy, of: () => Number.NaN } };
  await run(to, { stopAt: 4, callbacks: [new Odd()], metrics });
  const { history } = await run(to, { callbacks: [new Odd()], metrics, epochs: 2 });
  expect(back).toEqual({ best: Number.NEGATIVE_INFINITY, values: [Number.NaN, 1, null], name: "x" });
  expect(history.epochs[0]?.odd).toBeNaN();
});

test("ModelCheckpoint keeps the newest checkpoints and the best, calls written for each, and writes when a training is stopped", async () => {
  const to = join(temporaryFolder(), "run");
  const written: string[] = [];
  const checkpoint = () =>
    new train.ModelCheckpoint({
      folder: to,
      keep: 2,
      best: { monitor: "accuracy" },
      written: (path) => void written.push(path),
    });
  const options = (more: object) => quick({ metrics: { accuracy: train.accuracy }, epochs: 6, resume: to, ...more });
  const stop: train.Callback = {
    onBatchEnd: (_batch, _logs, run) => (run.step === 13 ? run.stop("enough") : undefined),
  };
  const { epochs } = await train.fit(classifier(), sequences(), options({ callbacks: [checkpoint(), stop] }));
  expect(written.map((path) => Number(path.slice(-9)))).toEqual([3, 6, 9, 12, 13]);
  const values = epochs.map(({ accuracy }) => accuracy as number);
  const best = await bestCheckpoint(to);
  expect(best?.best).toEqual({ value: Math.max(...values), mode: "max" });
  expect(readdirSync(to).length).toBeLessThanOrEqual(3);
  const poisoned = sequences();
  poisoned.x.data.fill(Number.NaN);
  const failing = train.fit(classifier(), poisoned, options({ callbacks: [checkpoint()] }));
  await expect(failing).rejects.toThrow(train.NotFiniteError);
  expect((await latestCheckpoint(to))?.number).toBe(13); // the last good one
});

test("a checkpoint without a value, written while the training measured, gets its value after the resume and may be the best", async () => {
  const to = join(temporaryFolder(), "run");
  const run = (signal?: AbortSignal, metric?: () => unknown) => {
    const odd = (outputs: tf.Tensor, y: tf.Tensor) => {
      metric?.();
      return train.accuracy(outputs, y);
    };
    const best = { monitor: "val_odd", mode: "min" as const };
    const callbacks = [new train.ModelCheckpoint({ folder: to, best })];
    const more = { metrics: { odd }, trainingMetrics: false, validationData: sequences(9), measuringBatchSize: 4 };
    return train.fit(classifier(), sequences(), quick({ ...more, resume: to, callbacks, ...(signal && { signal }) }));
  };
  const abort = new AbortController();
  let measured = 0; // once before the first step, to try it
  const first = await run(abort.signal, () => ++measured > 1 && abort.abort());
  expect([first.stopped, first.next.batch]).toEqual(["aborted", 3]);
  expect(await latestCheckpoint(to)).toMatchObject({ number: 3, best: null });
  const second = await run();
  const { val_odd: value } = second.epochs[0] as train.EpochRecord;
  expect((await bestCheckpoint(to))?.best).toEqual({ value, mode: "min" });
  expect((await run()).epochs[0]?.val_odd).toBe(value); // it is still of before the measuring, and goes on there
});
