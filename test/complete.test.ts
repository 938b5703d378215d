// What is public is tested and named: the test that turns red first when something is added.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as data from "../src/data";
import * as rnn from "../src/rnn";
import * as seq2seq from "../src/seq2seq";
import * as train from "../src/train";
import { allDocuments } from "./docs/documents";
import { ROOT, source } from "./imports";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const DOCUMENTATION = allDocuments();
const TESTS = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && path !== "complete.test.ts")
  .map((path) => read(join("test", path)));

const named = (name: string, text: string) => new RegExp(`\\b${name}\\b`).test(text);
const missing = (names: readonly string[], texts: readonly string[]) =>
  names.filter((name) => !texts.some((text) => named(name, text)));

type Class = { readonly prototype: object };
const isClass = (value: unknown): value is Class => typeof value === "function" && value.prototype !== undefined;
const classesWith = (room: object, member: string) =>
  Object.entries(room).flatMap(([name, value]) => (isClass(value) && member in value.prototype ? [name] : []));

const CELLS = classesWith(rnn, "zeroState");
const HOOKS = [
  ...["onTrainBegin", "onEpochEnd", "onBatchBegin", "onBatchEnd", "onNotFinite", "onTrainEnd", "onLastStep"],
  ...["onEvaluateBegin", "onEvaluateBatchEnd", "onEvaluateEnd", "onPredictBegin", "onPredictBatchEnd", "onPredictEnd"],
];
const CALLBACKS = [...new Set(HOOKS.flatMap((hook) => classesWith(train, hook)))];
const LOADERS = Object.keys(data).filter((name) => /^load[A-Z]/.test(name));

test("every public cell and wrapper runs through every unroller: it stands in test/rnn/all-cells.ts", () => {
  expect(CELLS.length).toBeGreaterThan(10);
  const others = CELLS.filter((name) => name !== "EmbeddingWrapper"); // word indices go in; test/rnn/wrappers tests it
  expect(missing(others, [read("test/rnn/all-cells.ts")]), "add a line to CELLS in test/rnn/all-cells.ts").toEqual([]);
});

test("every public cell, callback and loader is named in README or docs/", () => {
  expect(CALLBACKS.length).toBeGreaterThan(6);
  expect(LOADERS.length).toBeGreaterThan(3);
  expect(missing([...CELLS, ...CALLBACKS, ...LOADERS], [DOCUMENTATION]), "not named in README or docs/").toEqual([]);
});

test("every function and class of rnn, train, data and seq2seq is named in a test", () => {
  const names = [rnn, train, data, seq2seq].flatMap((room) => Object.keys(room));
  expect(names.length).toBeGreaterThan(120);
  expect(missing(names, TESTS), "not named in any file of test/").toEqual([]);
});

test("every pass has a test file of its name", () => {
  const files = [...source("compile/passes/index.ts").matchAll(/from "\.\/([\w-]+)"/g)].map(([, name]) => name);
  expect(files.length).toBeGreaterThan(3);
  const tests = readdirSync(join(ROOT, "test/compile/passes"));
  expect(
    files.filter((name) => !tests.includes(`${name}.test.ts`)),
    "without test/compile/passes/NAME.test.ts",
  ).toEqual([]);
});
