import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { accuracy, type Callback, fit, type Model, predict } from "../../../src/train";
import { onNative } from "../../compile/support";
import { slowness } from "../../pace";
import { processorTime } from "../../processor-time";
import { classifier, losses, quick, sequences, weightsOf } from "../support";

beforeAll(() => tf.ready());

const forever = { epochs: 1_000_000 };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Stops a training from outside after 300 ms. Expects an end within a step and 500 ms of processor time, within 5 s by the
 * clock (a fit that waits takes no processor time), and that nothing runs afterwards.
 */
async function expectStop(stop: (abort: () => void) => void, reason: string, compiled = false): Promise<void> {
  const model = classifier();
  const watch = losses();
  const abort = new AbortController();
  let stoppedAt = { time: 0, wall: 0, steps: 0 };
  const atOnce = 5_000 * slowness();
  const timer: Callback = {
    onEpochEnd: (epoch) => {
      if (epoch > 0) return; // the timer starts after the first epoch, because compiling may take long on a slow machine
      setTimeout(() => {
        stoppedAt = { time: processorTime(), wall: performance.now(), steps: watch.seen.length };
        stop(() => abort.abort());
      }, 300);
    },
  };
  const options = { ...forever, signal: abort.signal, callbacks: [watch, timer], compiled, metrics: { accuracy } };
  const history = await fit(model, sequences(), quick(options));
  expect(processorTime() - stoppedAt.time).toBeLessThan(500);
  expect(performance.now() - stoppedAt.wall).toBeLessThan(atOnce);
  expect(watch.seen.length - stoppedAt.steps, "steps after the stop").toBeLessThanOrEqual(1);
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

test("fit(…, { signal }) ends at once, with the history so far and a usable model", () =>
  expectStop((abort) => abort(), "aborted"));

test("an interrupt, as Ctrl-C and JupyterLab's stop button send it, ends fit at once", () =>
  expectStop(() => process.emit("SIGINT"), "interrupted"));

onNative("compiled", () => {
  test("fit(…, { signal }) ends at once", () => expectStop((abort) => abort(), "aborted", true));
});

test("fit(…, { signal }) with an aborted signal does no step", async () => {
  const watch = losses();
  const history = await fit(classifier(), sequences(), quick({ signal: AbortSignal.abort(), callbacks: [watch] }));
  expect(history).toEqual({ epochs: [], stopped: "aborted", next: { epoch: 0, batch: 0 } });
  expect(watch.seen).toEqual([]);
});

test("after an abort while measuring, only the measurements of that epoch remain to be done", async () => {
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
  const rest = await fit(
    model,
    sequences(),
    quick({ metrics: { accuracy }, initialBatch: 3, initialSums: { loss: { sum: 3, count: 2 } } }),
  );
  expect(rest.epochs).toMatchObject([{ epoch: 0, loss: 1.5 }]);
  expect(weightsOf(model)).toEqual(weights);
});

test("fit adds its SIGINT listener after a macrotask, and removes it when it refuses its arguments", async () => {
  const running = fit(classifier(), sequences(), quick());
  expect(process.listenerCount("SIGINT")).toBe(0);
  await Promise.resolve();
  expect(process.listenerCount("SIGINT")).toBe(0);
  await running;
  await expect(fit(classifier(), sequences(), quick({ epochs: 0 }))).rejects.toThrow();
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("Ctrl-C in a program: fit returns the history so far, the program continues, and another Ctrl-C ends it", async () => {
  const src = (room: string) => JSON.stringify(join(__dirname, "../../../src", room));
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
  const loader = join(__dirname, "../../compile/typescript.cjs");
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
  const atOnce = 5_000 * slowness();
  const [began, wall] = [processorTime(child.pid), performance.now()];
  child.kill("SIGINT");
  await said('["interrupted",true]');
  expect(processorTime(child.pid) - began).toBeLessThan(500);
  expect(performance.now() - wall).toBeLessThan(atOnce);
  child.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
});

test("any number of predictions at once has one listener for Ctrl-C, which ends them all, and leaves none", async () => {
  const warnings: Error[] = [];
  const seen = (warning: Error) => warnings.push(warning);
  process.on("warning", seen);
  const before = process.listenerCount("SIGINT");
  const model = classifier();
  const running = Array.from({ length: 30 }, () => predict(model, sequences(2000), { batchSize: 1, compiled: false }));
  const ends = Promise.allSettled(running);
  await pause(1);
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  process.emit("SIGINT");
  expect((await ends).map(({ status }) => status)).toEqual(running.map(() => "rejected"));
  expect(process.listenerCount("SIGINT")).toBe(before);
  await pause(1);
  process.off("warning", seen);
  expect(warnings).toEqual([]);
});
