// Tab and Shift-Tab, over Jupyter's protocol. The cursor stands at `|`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { buildFirst } from "../built";
import { startKernel } from "./client";

buildFirst();

const PREPARED = `
import { padSequences } from "unroll/data";
import { GRUCell } from "unroll/rnn";
import * as tf from "unroll/tf";
import { fit, modelOf } from "unroll/train";
const cell = new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
const model = modelOf({ cell }, (x: tf.Tensor2D) => cell.call(x, cell.zeroState(2))[0]);
const size = 3;
/** Twice. */
const twice = (x: number) => 2 * x;`;

let kernel: Awaited<ReturnType<typeof startKernel>>;
beforeAll(async () => {
  kernel = await startKernel(join(ROOT, "notebooks"));
  expect(await kernel.execute(PREPARED)).toEqual({ status: "ok", stdout: "", stderr: "" });
});
afterAll(() => kernel?.close());

const OPTIONS_OF_FIT = [
  /^fit\(model: .*, data: .*, options: FitOptions<.*>\): Promise<History>\n\nTrains a model/,
  /\n {2}epochs\?: number\n {6}The number of the last epoch, .*Default: 1\.\n/,
  /\n {2}progress\?: "bar" \| "lines" \| Reporter \| false\n {6}Shows the training/,
  /\n@example\n {2}const history = await fit\(/,
];
const OPTIONS_OF_GRU = [
  /^new GRUCell\(options: GRUCellOptions\): GRUCell\n\nThe gated recurrent unit/,
  /\n {2}inputSize: number\n {6}Features of one time step's input\.\n/,
  /\n {2}recurrentActivation\?: Activation\n {6}σ of the gates\./,
];

test.each<[code: string, shown: RegExp[]]>([
  ["await fit(|", OPTIONS_OF_FIT],
  ["await fit(|)", OPTIONS_OF_FIT],
  ["const history = await fit(model, | )", OPTIONS_OF_FIT],
  ["await fit(model, { x: [1] }, {\n  epochs: 3,\n  |\n});\nsize", OPTIONS_OF_FIT],
  ["await fi|t(model)", OPTIONS_OF_FIT],
  ["fit|", OPTIONS_OF_FIT],
  ["new GRUCell(|", OPTIONS_OF_GRU],
  ["new GRUCell({ inputSize: 3, num|", OPTIONS_OF_GRU],
  ["console.log('🙂', new GRUCell({ |", OPTIONS_OF_GRU],
  ["GRU|Cell", OPTIONS_OF_GRU],
  [
    "new GRUCell({ input|Size: 3 })",
    [/^\(property\) GRUCellOptions\.inputSize: number\n\nFeatures of one time step's input\.$/],
  ],
  ["tw|ice(1)", [/^const twice: \(x: number\) => number\n\nTwice\.$/]],
  ["fit(model, si|ze)", [/^const size: 3$/]],
  ["padSequences([], { | })", [/\n {2}side\?: "right"\n/, /\n {2}value\?: number\n {6}The value of the padding\./]],
])("Shift-Tab at %s", async (code, shown) => {
  const text = await kernel.inspect(code);
  for (const part of shown) expect(text).toMatch(part);
});

test("Shift-Tab where nothing is called shows nothing", async () => {
  expect(await kernel.inspect("const f = () => { | };")).toBe("");
  expect(await kernel.inspect("fit(model, () => { | });")).toBe("");
});

test.each<[code: string, offered: string[], replaced: string]>([
  ['fit(model, { x: [1] }, { progress: "|" })', ["bar", "lines"], ""],
  ['fit(model, { x: [1] }, { progress: "|', ["bar", "lines"], ""],
  ['fit(model, { x: [1] }, { progress: "ba|" })', ["bar"], "ba"],
  ['fit(model, { x: [1] }, { progress: "LI|nes" })', ["lines"], "LInes"],
  ["'🙂'; fit(model, { x: [1] }, { progress: 'ba|' })", ["bar"], "ba"],
  ['padSequences([], { side: "|" })', ["left", "right"], ""],
  ['tf.conv1d(tf.zeros([1, 2, 3]), tf.zeros([1, 2, 3]), 1, "sa|")', ["same"], "sa"],
  ['console.log("|")', [], ""],
  ["new GRUCell({ inputSize: 3, use|", ["useBias"], "use"],
])("Tab at %s", async (code, offered, replaced) => {
  const { matches, replaces } = await kernel.complete(code);
  expect([matches, replaces]).toEqual([offered, replaced]);
});

test("the example of the start page runs", async () => {
  const page = readFileSync(join(ROOT, "notebooks", "README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
  expect(example).toContain("new GRUCell(");
  expect(await kernel.execute(example)).toEqual({ status: "ok", stdout: "", stderr: "" });
});
