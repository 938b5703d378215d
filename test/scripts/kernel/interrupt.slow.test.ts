// JupyterLab's stop button, over Jupyter's protocol: what the interrupted cell shows, what of it runs, and what stays.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { buildFirst } from "../built";
import { startKernel } from "./client";

buildFirst();

const PREPARED = `
import { drawnDigits } from "unroll/data";
import { interruptible } from "unroll/notebook";
import { AdamOptimizer, BasicRNNCell, Dense, dynamicRnn } from "unroll/rnn";
import * as tf from "unroll/tf";
import { accuracy, crossEntropy, evaluate, fit, modelOf } from "unroll/train";
await tf.ready();
const digits = drawnDigits({ count: 200, seed: 1 });
const rnn = new BasicRNNCell({ inputSize: 28, numUnits: 10, seed: 2 });
const head = new Dense({ inputSize: 10, outputSize: 10, seed: 3 });
const model = modelOf({ rnn, head }, (x: tf.Tensor3D) => head.call(dynamicRnn(rnn, tf.div<tf.Tensor3D>(x, 255))[1]));
const begin = () => console.log("begun");
const options = {
  loss: crossEntropy, optimizer: new AdamOptimizer({ learningRate: 0.001 }), epochs: 100_000, batchSize: 50, seed: 4,
  trainingMetrics: false, progress: false as const, callbacks: [{ onEpochEnd: (epoch: number) => { if (epoch === 0) begin(); } }],
};
const forever = () => { begin(); return new Promise<number>(() => {}); };
const later = () => { begin(); return new Promise((resolve) => setTimeout(resolve, 1500)); };
function* numbers() { begin(); for (;;) yield 1; }
async function trainTwice() {
  await fit(model, digits, options);
  console.log("went on");
  await fit(model, digits, options);
}`;

let kernel: Awaited<ReturnType<typeof startKernel>>;
beforeAll(async () => {
  kernel = await startKernel(join(ROOT, "notebooks"));
  expect(await kernel.execute(PREPARED)).toEqual({ status: "ok", stdout: "", stderr: "" });
});
afterAll(() => kernel?.close());

const LINE = "interrupted: the rest of the cell did not run\n";
const QUIET = { status: "error", stdout: LINE, stderr: "" }; // "error": JupyterLab does not run the cells that wait

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a cell, and interrupts it when it has printed "begun". */
async function interrupted(code: string) {
  const before = kernel.printed().length;
  let hasEnded = false;
  const running = kernel.execute(code).finally(() => {
    hasEnded = true;
  });
  while (!hasEnded && !kernel.printed().slice(before).includes("begun")) await pause(20);
  await pause(200); // Node loses a signal that comes just when the cell's first part ends
  kernel.interrupt();
  const { stdout, ...ended } = await running;
  await pause(400); // tslab cancels what comes within 200 ms, and the rest of the cell has time to run on
  return { ...ended, stdout: stdout.slice(stdout.lastIndexOf("begun") + 6) }; // two functions may both begin
}

/** Cells, all of which print "went on" if they are not at their end. */
const CELLS: Record<string, string> = {
  "a training": "await fit(model, digits, options); console.log('went on');",
  "a training that begins just when the signal comes":
    "await null; begin(); for (const end = Date.now() + 1_000; Date.now() < end; );\nawait fit(model, digits, options);",
  "a training whose history is shown": "console.log('went on', await fit(model, digits, options));",
  "two trainings in one statement": "[await fit(model, digits, options), console.log('went on')]",
  "trainings in a loop": "for (const _ of [1, 2]) { await fit(model, digits, options); console.log('went on'); }",
  "a function of an earlier cell": "await trainTwice(); console.log('went on');",
  "functions side by side": "await Promise.all([trainTwice(), later()]); console.log('went on');",
  "a measurement": "begin(); for (;;) await evaluate(model, digits, { metrics: { accuracy } });",
  "an interruptible loop": "for await (const _ of interruptible(numbers())) {}\nconsole.log('went on');",
  "a loop without an await": "begin(); for (;;);",
  "what does not hear of interrupts": "await later(); console.log('went on');",
  "what never ends": "await forever(); console.log('went on');",
  "a cell that catches errors": "try { await fit(model, digits, options); } catch {}\nconsole.log('went on');",
  "a loop that tries again":
    "begin(); for (;;) try { await evaluate(model, digits, { metrics: { accuracy } }); } catch {}",
};

test.each(Object.entries(CELLS))("%s: one quiet line, and nothing runs on", async (_what, code) => {
  const before = kernel.printed().length;
  expect(await interrupted(code)).toEqual(QUIET);
  expect(kernel.printed().slice(before)).not.toContain("went on");
});

test("the history so far and all names of the cell stay; the next cell runs as ever", async () => {
  const cell = "const lately = 3;\nconst history = await fit(model, digits, options);\nconst after = 4;";
  expect(await interrupted(cell)).toEqual(QUIET);
  const next = await kernel.execute("[history.stopped, lately, after, await Promise.resolve(5)].join()");
  expect(next).toEqual({ status: "ok", stdout: "interrupted,3,,5\n", stderr: "" });
});

test("`finally` puts things in order, and an error that is no interrupt is shown", async () => {
  const cell = "try { await later(); } finally { await Promise.resolve(); console.log('in order'); }";
  expect(await interrupted(cell)).toEqual({ ...QUIET, stdout: `in order\n${LINE}` });
  const broken = await interrupted("try { await later(); } finally { throw new RangeError('broken'); }");
  expect(broken.stdout).toBe(LINE);
  expect(broken.stderr).toMatch(/^RangeError: broken/);
});

test("an error without an interrupt is shown as ever, and a function's text still runs in another process", async () => {
  expect((await kernel.execute("throw new RangeError('broken');")).stderr).toMatch(/RangeError: broken/);
  await pause(400);
  const fresh = `import { inFreshProcess } from "unroll/notebook";
await inFreshProcess(async (n: number) => 1 + (await Promise.resolve(n)), 2)`;
  expect(await kernel.execute(fresh)).toEqual({ status: "ok", stdout: "3\n", stderr: "" });
});
