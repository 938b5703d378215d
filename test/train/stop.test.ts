import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../src/tf";
import {
  accuracy,
  BusyError,
  type Callback,
  fit,
  type Model,
  modelOf,
  NotFiniteError,
  TerminateOnNaN,
} from "../../src/train";
import { onNative } from "../compile/support";
import { classifier, dense, expectNoTensors, labels, losses, numbers, quick, sequences, weightsOf } from "./support";

beforeAll(() => tf.ready());

const forever = { epochs: 1_000_000 };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Stops from outside after a while; expects an end within 500 ms, with nothing going on afterwards. */
async function expectStop(stop: (abort: () => void) => void, reason: string, compiled = false): Promise<void> {
  const model = classifier();
  const watch = losses();
  const abort = new AbortController();
  let stoppedAt = 0;
  const timer = setTimeout(() => {
    stoppedAt = performance.now();
    stop(() => abort.abort());
  }, 1000);
  const options = { ...forever, signal: abort.signal, callbacks: [watch], compiled, metrics: { accuracy } };
  const history = await fit(model, sequences(), quick(options));
  clearTimeout(timer);
  expect(performance.now() - stoppedAt).toBeLessThan(500);
  expect(history.stopped).toBe(reason);
  expect(history.epochs.length).toBeGreaterThan(0);
  expect(history.next.epoch).toBe(history.epochs.length);
  const [steps, weights] = [watch.seen.length, weightsOf(model)];
  await pause(100);
  expect(watch.seen).toHaveLength(steps);
  expect(weightsOf(model)).toEqual(weights);
  expect(process.listenerCount("SIGINT")).toBe(0);
  expect((await fit(model, sequences(), quick())).epochs).toHaveLength(1);
}

test("an AbortSignal ends fit at once, with the history so far and a model that can be used", () =>
  expectStop((abort) => abort(), "aborted"));

test("an interrupt ends fit at once, as Ctrl-C and JupyterLab's stop button send it", () =>
  expectStop(() => process.emit("SIGINT"), "interrupted"));

onNative("compiled", () => {
  test("an AbortSignal ends fit at once", () => expectStop((abort) => abort(), "aborted", true));
});

test("a signal that is aborted already means no step at all", async () => {
  const watch = losses();
  const history = await fit(classifier(), sequences(), quick({ signal: AbortSignal.abort(), callbacks: [watch] }));
  expect(history).toEqual({ epochs: [], stopped: "aborted", next: { epoch: 0, batch: 0 } });
  expect(watch.seen).toEqual([]);
});

test("an abort while measuring leaves an epoch that only has to be measured", async () => {
  const abort = new AbortController();
  const model = classifier();
  const slow: Model = {
    ...model,
    call: (x, training, lengths) => {
      if (training === undefined) abort.abort();
      return model.call(x, training, lengths);
    },
  };
  const options = { metrics: { accuracy }, signal: abort.signal, measuringBatchSize: 8 };
  const history = await fit(slow, sequences(), quick(options));
  expect(history).toMatchObject({ epochs: [], stopped: "aborted", next: { epoch: 0, batch: 3 } });
  const weights = weightsOf(model);
  const rest = await fit(model, sequences(), quick({ metrics: { accuracy }, initialBatch: 3, initialLoss: 1.5 }));
  expect(rest.epochs).toMatchObject([{ epoch: 0, loss: 1.5 }]);
  expect(weightsOf(model)).toEqual(weights);
});

test("no SIGINT listener is added before a macrotask has passed, nor one kept when fit is refused", async () => {
  const running = fit(classifier(), sequences(), quick());
  expect(process.listenerCount("SIGINT")).toBe(0);
  await Promise.resolve();
  expect(process.listenerCount("SIGINT")).toBe(0);
  await running;
  await expect(fit(classifier(), sequences(), quick({ epochs: 0 }))).rejects.toThrow();
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("Ctrl-C in a program: fit returns what there is, the program goes on, and a further Ctrl-C ends it", async () => {
  const src = (room: string) => JSON.stringify(join(__dirname, "../../src", room));
  const script = `
    const tf = require(${src("tf.ts")}), rnn = require(${src("rnn/index.ts")}), train = require(${src("train/index.ts")});
    (async () => {
      await tf.ready();
      const layer = new rnn.Dense({ inputSize: 2, outputSize: 3, seed: 1 });
      const model = train.modelOf({ layer }, (x) => layer.call(x));
      const data = { x: { data: new Float32Array(64), shape: [32, 2] }, y: { data: new Int32Array(32), shape: [32] } };
      const optimizer = new rnn.GradientDescentOptimizer();
      const reporter = { step: () => { if (!this.told) console.log("training"); this.told = true; } };
      const history = await train.fit(model, data, { loss: train.crossEntropy, optimizer, epochs: 1e9, progress: reporter });
      console.log(JSON.stringify([history.stopped, history.epochs.length > 0]));
      setInterval(() => {}, 1000);
    })();`;
  const loader = join(__dirname, "../compile/typescript.cjs");
  const child = spawn(process.execPath, ["-r", loader, "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  let output = "";
  const said = async (text: string) => {
    while (!output.includes(text)) await pause(5);
  };
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    output += piece;
  });
  await said("training");
  await pause(300);
  const began = performance.now();
  child.kill("SIGINT");
  await said('["interrupted",true]');
  expect(performance.now() - began).toBeLessThan(500);
  child.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
});

test("a model that is training is refused to a second fit, also by another object, also from a callback", async () => {
  const model = classifier();
  const first = fit(model, sequences(), quick({ epochs: 3 }));
  await expect(fit(model, sequences(), quick())).rejects.toThrow(BusyError);
  await expect(fit({ ...model }, sequences(), quick())).rejects.toThrow(/another fit is training/);
  await first;
  const nested: Callback = { onEpochEnd: async () => void (await fit(model, sequences(), quick())) };
  await expect(fit(model, sequences(), quick({ callbacks: [nested] }))).rejects.toThrow(BusyError);
  await fit(model, sequences(), quick());
});

const poisoned = () => {
  const x = numbers([16, 2]);
  x.data[21] = Number.NaN;
  return { x, y: labels(16, 3) };
};

test("a loss that is NaN ends fit with an error that names the step and what is not finite: data first, then weights", async () => {
  const inOrder = { shuffle: false, batchSize: 4 };
  const error = await fit(dense(), poisoned(), quick(inOrder)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(NotFiniteError);
  expect(error).toMatchObject({ place: { step: 2, epoch: 0, batch: 2 }, loss: Number.NaN, tensor: "x" });
  expect(error.message).toBe("fit: the loss is NaN at step 2 (epoch 0, batch 2); not finite: x");
  const model = dense();
  model.variables[1]?.assign(tf.fill([3], Number.POSITIVE_INFINITY));
  const data = { x: numbers([16, 2]), y: labels(16, 3) };
  await expect(fit(model, data, quick())).rejects.toMatchObject({
    place: { step: 0 },
    tensor: expect.stringMatching(/^layer/),
  });
});

test("TerminateOnNaN stops within the step and names it, instead of an error", async () => {
  const watch = losses();
  const callbacks = [watch, new TerminateOnNaN()];
  const history = await fit(dense(), poisoned(), quick({ shuffle: false, batchSize: 4, callbacks, epochs: 3 }));
  expect(watch.seen).toHaveLength(3);
  expect(history.stopped).toBe("TerminateOnNaN: the loss is NaN at step 2 (epoch 0, batch 2)");
});

test("a callback that throws ends fit with its error; others are told, listeners and tensors go, the model can be used", async () => {
  const model = classifier();
  const told: unknown[] = [];
  for (const hook of ["onTrainBegin", "onEpochBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"] as const) {
    const broken: Callback = { [hook]: async () => Promise.reject(new Error(`from ${hook}`)) };
    const witness: Callback = { onTrainEnd: (_run, error) => void told.push((error as Error | undefined)?.message) };
    await expectNoTensors(async () => {
      await expect(fit(model, sequences(), quick({ callbacks: [broken, witness] }))).rejects.toThrow(`from ${hook}`);
    });
    expect(told.at(-1)).toBe(`from ${hook}`);
    expect(process.listenerCount("SIGINT")).toBe(0);
  }
  expect(told).toHaveLength(5);
  await fit(model, sequences(), quick());
});

test("a model whose call throws ends fit with its error and leaves no tensor", async () => {
  const weight = tf.variable(tf.scalar(1));
  const broken = modelOf({ part: { variables: [weight] } }, (x: tf.Tensor) => {
    tf.mul(x, weight);
    throw new Error("cannot");
  });
  for (const compiled of tf.engineInUse.name === "tensorflow" ? [false, true] : [false]) {
    await expectNoTensors(() => expect(fit(broken, sequences(), quick({ compiled }))).rejects.toThrow("cannot"));
  }
});
