// Truncated backpropagation through time: the state goes on from batch to batch of streams, gradients do not.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { latestCheckpoint, numericArray, streams } from "../../../src/data";
import {
  AdamOptimizer,
  BasicLSTMCell,
  computeGradients,
  Dense,
  dynamicRnn,
  GradientDescentOptimizer,
  type GradientOf,
  type LSTMState,
  stopGradient,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  type Callback,
  evaluate,
  fit,
  loadWeights,
  ModelCheckpoint,
  meanAbsoluteError,
  meanPinballLoss,
  overAll,
  predict,
  squaredError,
  statefulModelOf,
} from "../../../src/train";
import { expectClose } from "../../support";
import { expectNoTensors, losses, numbers, quick, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

const series = numericArray(numbers([61, 2], 3).data, [61, 2]);
const cut = (nSteps = 5, batchSize = 3) => streams(series, { batchSize, nSteps, targets: "next" });

function lstm() {
  const cell = new BasicLSTMCell({ inputSize: 2, numUnits: 4, seed: 1 });
  const head = new Dense({ inputSize: 4, outputSize: 2, seed: 2 });
  const model = statefulModelOf({ cell, head }, (x: tf.Tensor3D, training, _lengths, initialState?: LSTMState) => {
    const [outputs, state] = dynamicRnn(cell, x, { training, ...(initialState && { initialState }) });
    return { outputs: head.call(outputs), state };
  });
  return { model, cell, head };
}

/** One pass over all batches of streams as one long sequence, whose state gives no gradient at the cuts. */
function longPass({ cell, head }: ReturnType<typeof lstm>, data: ReturnType<typeof cut>) {
  let state: LSTMState | undefined;
  const terms = [...data].map(({ x, y }) => {
    const initialState = state && { c: stopGradient(state.c), h: stopGradient(state.h) };
    const [outputs, next] = dynamicRnn(cell, tf.tensor3d(x.data as Float32Array, x.shape as [number, number, number]), {
      ...(initialState && { initialState: initialState as LSTMState }),
    });
    state = next as LSTMState;
    const error = tf.sub(head.call(outputs), tf.tensor3d(y.data as Float32Array, y.shape as [number, number, number]));
    return tf.mean(tf.square(error)) as tf.Scalar;
  });
  return terms;
}

/** Keeps the gradients of each step, and changes no weight. */
class Recorder extends GradientDescentOptimizer {
  readonly seen: number[][] = [];
  override applyGradients(gradients: readonly GradientOf[]): void {
    this.seen.push(gradients.flatMap(({ gradient }) => [...gradient.dataSync()]));
  }
}

test("gradients and losses are those of one long pass with stopGradient at the cuts, to 1e-6", async () => {
  const parts = lstm();
  const data = cut();
  const [recorder, watch] = [new Recorder({ learningRate: 1 }), losses()];
  await fit(
    parts.model,
    data,
    quick({ batchSize: undefined, loss: squaredError, optimizer: recorder, callbacks: [watch] } as never),
  );
  expect(recorder.seen).toHaveLength(data.count);
  const long = computeGradients(() => tf.addN(longPass(parts, data)) as tf.Scalar, [...parts.model.variables]);
  const total = long.gradients.flatMap(({ gradient }) => [...gradient.dataSync()]);
  const sums = total.map((_, i) => recorder.seen.reduce((sum, step) => sum + (step[i] as number), 0));
  sums.forEach((sum, i) => {
    expect(Math.abs(sum - (total[i] as number))).toBeLessThan(1e-6 * Math.max(1, Math.abs(total[i] as number)));
  });
  const chunkLosses = tf.tidy(() => longPass(parts, data).map((each) => each.dataSync()[0] as number));
  chunkLosses.forEach((loss, i) => {
    expect(Math.abs(loss - (watch.seen[i] as number))).toBeLessThan(1e-6);
  });
});

describe.runIf(canCompile())("compiled", () => {
  const train = async (compiled: boolean, shards?: number) => {
    const { model } = lstm();
    const watch = losses();
    const options = { loss: squaredError, optimizer: new AdamOptimizer({ learningRate: 0.01 }), epochs: 2, compiled };
    const { batchSize: _, ...given } = quick({ ...options, callbacks: [watch], validationData: cut(4, 2) });
    const history = await fit(model, cut(), { ...given, ...(shards && { shards }) });
    return [...watch.seen, ...history.epochs.map(({ val_loss }) => val_loss as number)];
  };

  test("compiled in 1 and 3 shards ≡ eager", async () => {
    const eager = await train(false);
    expectClose(await train(true, 1), eager);
    expectClose(await train(true, 3), eager);
  });

  test("evaluate carries the state too, from zero on: the number of steps in a batch changes nothing", async () => {
    const { model } = lstm();
    // 60 of the 61 time steps in one row
    const [a, b] = [cut(5, 1), cut(12, 1)];
    const of = async (data: typeof a, compiled: boolean) =>
      (await evaluate(model, data, { loss: squaredError, compiled })).loss as number;
    const expected = await of(a, false);
    expectClose([await of(b, false), await of(a, true), await of(b, true)], [expected, expected, expected]);
  });

  test("evaluate gives metrics of all predictions of streams", async () => {
    const { model } = lstm();
    const pinball = overAll(meanPinballLoss, { quantile: 0.5 });
    for (const compiled of [false, true]) {
      const metrics = { pinball, mae: meanAbsoluteError };
      const values = await evaluate(model, cut(5, 2), { metrics, compiled });
      expectClose([2 * (values.pinball as number)], [values.mae as number]);
    }
  });
});

test.each([false, true].filter((compiled) => !compiled || canCompile()))(
  "a training that stopped within an epoch resumes bit for bit, compiled: %s",
  async (compiled) => {
    const run = async (folder: string | undefined, stopAt: number) => {
      const { model } = lstm();
      const watch = losses();
      const abort = new AbortController();
      const stopper = { onBatchEnd: () => void (watch.seen.length === stopAt && abort.abort()) };
      const { batchSize: _, ...given } = quick({
        ...{ loss: squaredError, optimizer: new AdamOptimizer({ learningRate: 0.01 }), epochs: 2, compiled },
        ...{ callbacks: [watch, stopper, ...(folder ? [new ModelCheckpoint({ folder, every: { steps: 1 } })] : [])] },
        ...{ signal: abort.signal, ...(folder && { resume: folder }) },
      });
      const history = await fit(model, cut(), given);
      return {
        seen: watch.seen,
        loss: history.epochs[0]?.loss,
        weights: model.variables.map((v) => [...v.dataSync()]),
      };
    };
    const whole = await run(undefined, -1);
    const folder = temporaryFolder();
    const first = await run(folder, 2);
    const rest = await run(folder, -1);
    expect([...first.seen, ...rest.seen]).toEqual(whole.seen);
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.loss).toBe(whole.loss);
  },
);

test("a row that begins anew has the model's own first state, which may be trained", async () => {
  const start = tf.variable(tf.ones([1, 2]));
  const model = statefulModelOf(
    { start: { variables: [start] } },
    (x: tf.Tensor3D, _training, _lengths, state?: tf.Tensor2D) => {
      const before = state ?? (tf.tile(start, [x.shape[0], 1]) as tf.Tensor2D);
      const sum = tf.add(before, tf.sum(x, 1)) as tf.Tensor2D;
      return { outputs: tf.expandDims(sum, 1), state: sum };
    },
    { initialState: (rows) => tf.tile(start, [rows, 1]) as tf.Tensor2D },
  );
  const x = numericArray(Float32Array.of(1, 1, 2, 2, 3, 3, 4, 4), [4, 2]);
  const zeros = numericArray(new Float32Array(8), [4, 2]);
  const two = streams([x, x], { batchSize: 1, nSteps: 1, targets: [zeros, zeros] });
  // sums 2, 4, 7, 11 of each document, from 1 on
  const { loss } = await evaluate(model, two, { loss: squaredError });
  expect(loss).toBeCloseTo((4 + 16 + 49 + 121) / 4, 4);
});

test("a stateful model predicts and evaluates other data from its beginning; other models refuse streams", async () => {
  const { model } = lstm();
  const x = numbers([3, 4, 2]);
  expect((await predict(model, { x })).shape).toEqual([3, 4, 2]);
  const stateless = { variables: model.variables, call: (each: tf.Tensor) => each };
  const refused = (run: Promise<unknown>, message: string) => expect(run).rejects.toThrow(message);
  const { batchSize: _, ...given } = quick({ loss: squaredError });
  await refused(fit(stateless, cut(), given), "fit: model: expected a stateful one");
  await refused(evaluate(stateless, cut(), { loss: squaredError }), "evaluate: model: expected a stateful one");
  await refused(fit(model, cut(), { ...given, shuffle: true }), "fit: shuffle: expected false or nothing");
  await refused(fit(model, cut(), { ...given, batchSize: 3 }), "fit: batchSize: expected none");
  const withoutTargets = streams(series, { batchSize: 2, nSteps: 5 });
  await refused(fit(model, withoutTargets as never, given), "fit: data.batch(0).y: expected targets");
  await refused(predict(model, cut() as never), "predict: data: expected { x }, not streams");
  const broken = statefulModelOf(
    { head: new Dense({ inputSize: 2, outputSize: 2 }) },
    (each: tf.Tensor) => each as never,
  );
  await refused(
    evaluate(broken, cut(), { loss: squaredError }),
    "what model.callWithState returns: expected { outputs, state }",
  );
});

test("statefulModelOf(parts, call, { like }) is the same model, and refuses what is not data", () => {
  const parts = { head: new Dense({ inputSize: 2, outputSize: 2 }) };
  const call = (x: tf.Tensor3D) => ({ outputs: parts.head.call(x), state: [] });
  expect(statefulModelOf(parts, call, { like: cut() }).callWithState).toBe(call);
  expect(() => statefulModelOf(parts, call, { like: 5 as never })).toThrow(
    "statefulModelOf: like: expected data, { x } or streamed, got number 5",
  );
});

test("streams made by hand whose first batch goes on are refused: the state would go on from epoch to epoch", async () => {
  const { model } = lstm();
  const data = cut();
  const reset = numericArray(Int32Array.of(1, 0, 1), [3]);
  const going = { ...data, batch: (i: number) => ({ ...data.batch(i), reset }) };
  const expected = "data.batch(0).reset[1]: expected 1, because an epoch begins with the first batch";
  await expect(evaluate(model, going, { loss: squaredError })).rejects.toThrow(expected);
});

test("loadWeights takes a checkpoint from within an epoch of streams", async () => {
  const [folder, { model }, fresh] = [temporaryFolder(), lstm(), lstm().model];
  const stopping: Callback = { onBatchEnd: (_batch, _logs, run) => run.stop("enough") };
  const callbacks = [stopping, new ModelCheckpoint({ folder })];
  const { batchSize: _, ...given } = quick({ loss: squaredError, callbacks });
  await fit(model, cut(), given);
  await loadWeights(fresh, (await latestCheckpoint(folder))?.path ?? "");
  expect(fresh.variables.map((weight) => weight.arraySync())).toEqual(model.variables.map((each) => each.arraySync()));
});

test("no tensor is left behind", async () => {
  for (const compiled of [false, ...(canCompile() ? [true] : [])]) {
    const { model } = lstm();
    await expectNoTensors(async () => {
      const optimizer = new AdamOptimizer({ learningRate: 0.01 });
      const { batchSize: _, ...given } = quick({ loss: squaredError, optimizer, compiled, validationData: cut(4, 2) });
      await fit(model, cut(), given);
      optimizer.dispose();
    });
  }
});

test("sample weights and a mask of streams made by hand count; a batch without them is refused", async () => {
  const { model } = lstm();
  const data = cut();
  const dead = numericArray(new Uint8Array(3).fill(0), [3]);
  const live = numericArray(new Uint8Array(3).fill(1), [3]);
  const masked = { ...data, count: 2, batch: (i: number) => ({ ...data.batch(i), mask: i === 0 ? live : dead }) };
  const first = { ...data, count: 1 };
  const of = async (given: typeof first) => (await evaluate(model, given, { loss: squaredError })).loss as number;
  expect(await of(masked)).toBeCloseTo(await of(first), 6);
  const broken = { ...data, batch: (i: number) => (i === 0 ? { ...data.batch(i), mask: live } : data.batch(i)) };
  await expect(of(broken)).rejects.toThrow("evaluate: data.batch(1): expected x,y,mask, got x,y");
});
