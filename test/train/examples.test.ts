import { expect, test } from "vitest";
import * as train from "../../src/train";
import { compileErrors, examplesOf, withoutExample } from "../examples";

const examples = examplesOf("train");
/** No example: error classes, which users catch and do not construct. */
const NEEDS_NONE = ["BusyError", "NotFiniteError"];
/** The names that examples use as their reader's own. */
const PREAMBLE = "declare const model: Model;\ndeclare const mnist: Mnist;";

test("every function and class of src/train/index.ts has an example in its docstring", () => {
  expect(examples.length).toBeGreaterThan(30);
  expect(withoutExample(train, examples)).toEqual(NEEDS_NONE);
});

test("an example has 1 to 8 lines", () => {
  const lengths = examples.map(({ symbol, code }) => ({ symbol, lines: code.split("\n").length }));
  expect(lengths.filter(({ lines }) => lines < 1 || lines > 8)).toEqual([]);
});

test("every example compiles strictly, with its imports, `model` and `mnist` implied", async () => {
  expect(await compileErrors(examples, PREAMBLE)).toEqual([]);
});
