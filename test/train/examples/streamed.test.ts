// Streamed batches: the same training as with arrays; batches are asked for in advance, and an abort stops at once.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { sliceRows } from "../../../src/data";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { adam, classifier, expectNoTensors, losses, quick, sequences, temporaryFolder, weightsOf } from "../support";

beforeAll(() => tf.ready());

const BATCH = 8;
const { x, y } = sequences(); // 23 examples: the third batch is short
const batchAt = (number: number): train.StreamedBatch => {
  const end = Math.min(23, (number + 1) * BATCH);
  return { x: sliceRows(x, number * BATCH, end), y: sliceRows(y, number * BATCH, end) };
};
const later = async <T>(value: T, milliseconds = 1): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return value;
};
const streamed = (batch: train.StreamedExamples["batch"] = (number) => later(batchAt(number))) => ({
  batches: 3,
  batch,
});

/** Options without a batch size. */
const options = (more: Partial<train.FitOptions> = {}): train.FitOptions => {
  const { batchSize: _, ...rest } = quick({ metrics: { accuracy: train.accuracy } });
  return { ...rest, ...more };
};

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())("in their own order they train as arrays do, bit for bit", async () => {
    const run = async (data: train.TrainingData | train.StreamedExamples, more: object) => {
      const [model, watch] = [classifier({ keep: 0.7 }), losses()];
      const all = { compiled, shuffle: false, epochs: 2, shards: 1, validationData: data, callbacks: [watch], ...more };
      const { epochs } = await train.fit(model, data, options(all));
      return {
        losses: watch.seen,
        weights: weightsOf(model),
        epochs: epochs.map((record) => ({ ...record, seconds: 0 })),
      };
    };
    const expected = await run({ x, y }, { batchSize: BATCH, measuringBatchSize: BATCH });
    expect(await run(streamed(), {})).toEqual(expected);
    const now = streamed((number) => batchAt(number)); // a batch may also come without a promise
    expect(await run(now, {})).toEqual(expected);
  });

  test.runIf(!compiled || canCompile())("shuffled, each comes once an epoch, and no tensor is left", async () => {
    const asked: number[] = [];
    const data = streamed((number) => {
      asked.push(number);
      return later(batchAt(number));
    });
    const model = classifier();
    await expectNoTensors(() => train.fit(model, data, options({ compiled, metrics: {}, epochs: 2, seed: 5 })));
    expect([asked.slice(0, 3).sort(), asked.slice(3).sort()]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });
});

test("a stopped training that is resumed from its checkpoint ≡ one that never stopped", async () => {
  const run = async (to: string, stopAt?: number) => {
    const [model, watch] = [classifier({ keep: 0.7 }), losses()];
    const stop: train.Callback = {
      onBatchEnd: (_b, _l, each) => (each.step === stopAt ? each.stop("now") : undefined),
    };
    const callbacks = [watch, stop, new train.ModelCheckpoint({ folder: to })];
    const { epochs } = await train.fit(
      model,
      streamed(),
      options({ epochs: 3, optimizer: adam(), callbacks, resume: to }),
    );
    return { losses: watch.seen, weights: weightsOf(model), epochs: epochs.map(({ loss }) => loss) };
  };
  const straight = await run(join(temporaryFolder(), "run"));
  for (const stopAt of [2, 3, 7]) {
    const to = join(temporaryFolder(), "run");
    const first = await run(to, stopAt);
    const second = await run(to);
    expect([...first.losses, ...second.losses]).toEqual(straight.losses);
    expect([second.weights, second.epochs]).toEqual([straight.weights, straight.epochs]);
  }
});

test("fit asks for the next batches before it trains on one", async () => {
  const events: string[] = [];
  const batch = (number: number) => {
    events.push(`ask ${number}`);
    return batchAt(number);
  };
  const callbacks = [{ onBatchEnd: (number: number) => void events.push(`done ${number}`) }];
  await train.fit(classifier(), streamed(batch), options({ shuffle: false, metrics: {}, callbacks }));
  expect(events).toEqual(["ask 0", "ask 1", "ask 2", "done 0", "done 1", "done 2"]);
});

test("an abort ends the wait for a batch that never comes, in training and in measuring", async () => {
  const never = (from: number) =>
    streamed((number) => (number >= from ? new Promise(() => undefined) : batchAt(number)));
  const stopped = async (after: number, data: train.StreamedExamples, validationData = data) => {
    const abort = new AbortController(); // without it the test would never end
    const soon = (batch: number) => void (batch === after && setTimeout(() => abort.abort(), 100));
    const callbacks = [{ onBatchEnd: soon }];
    const more = { signal: abort.signal, shuffle: false, metrics: {}, validationData, callbacks };
    const history = await train.fit(classifier(), data, options(more));
    return [history.stopped, history.next.batch];
  };
  expect(await stopped(0, never(1))).toEqual(["aborted", 1]);
  expect(await stopped(2, streamed(), never(0))).toEqual(["aborted", 3]);
});

test("an error of a batch ends fit; when the batch is never awaited, its error is no unhandled rejection", async () => {
  const failing = streamed((number) => (number === 1 ? Promise.reject(new Error("no disk")) : batchAt(number)));
  const model = classifier();
  await expectNoTensors(async () => {
    const refusal = train.fit(model, failing, options({ shuffle: false, metrics: {} }));
    await expect(refusal).rejects.toThrow("no disk");
    const stop = [{ onBatchEnd: (_: number, _logs: object, run: train.TrainingRun) => run.stop("enough") }];
    await train.fit(model, failing, options({ shuffle: false, metrics: {}, callbacks: stop }));
  });
});

test("fit and evaluate refuse streamed data and options that do not fit, by name", async () => {
  const refused = (data: unknown, more: object = {}) =>
    expect(train.fit(classifier(), data as never, { ...options({ shuffle: false, metrics: {} }), ...more })).rejects;
  await refused({ batches: 0, batch: batchAt }).toThrow(/^fit: data\.batches: expected a whole number of at least 1/);
  await refused(streamed(() => 3 as never)).toThrow(/^fit: data\.batch\(0\): expected \{ x, y \}.*got number 3/);
  await refused(streamed((i) => ({ ...batchAt(i), y: y }))).toThrow(
    /data\.batch\(0\)\.y: expected 8 examples, as x has, got 23/,
  );
  const lengths = { data: new Int32Array(8).fill(4), shape: [8] };
  await refused(streamed((i) => (i === 1 ? { ...batchAt(i), lengths } : batchAt(i)))).toThrow(
    /batch\(1\): expected x, y, got x, y, len/,
  );
  const weights = { data: new Float32Array(8), shape: [8] };
  await refused(streamed((i) => ({ ...batchAt(i), sampleWeight: weights }))).toThrow(
    "fit: data.batch(0).sampleWeight: expected sampleWeights, got sampleWeight",
  );
  await refused({ ...streamed(), ignoreLabel: -1 }).toThrow(
    "fit: data.ignoreLabel: expected ignoreLabel in each batch that data.batch gives, got ignoreLabel",
  );
  await refused(streamed(), { batchSize: 8 }).toThrow(/^fit: batchSize: expected none, as batches come as they are/);
  await refused(streamed(), { initialBatch: 1 }).toThrow(/^fit: initialBatch: expected 0, or resume/);
  await refused(streamed(), { trainingMetrics: 5 }).toThrow(/^fit: trainingMetrics: expected true or false/);
  await expect(train.predict(classifier(), streamed() as never)).rejects.toThrow(/^predict: data: expected \{ x \}/);
  const measured = train.evaluate(classifier(), streamed(), { loss: train.crossEntropy, batchSize: 3 });
  await expect(measured).rejects.toThrow(/^evaluate: batchSize: expected none/);
});
