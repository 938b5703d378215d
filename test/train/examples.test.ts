import { expect, test } from "vitest";
import * as train from "../../src/train";
import { examplesOf, testExamples, withoutExample } from "../examples";

const examples = examplesOf("train");
/** No example: error classes, which users catch and do not construct. */
const NEEDS_NONE = ["BusyError", "NotFiniteError"];
/** The names that examples use as their reader's own. */
const PREAMBLE = [
  "declare const model: Model;\ndeclare const mnist: Mnist;",
  "declare const languageModel: LanguageModel;\ndeclare const tokenizer: Tokenizer;",
].join("\n");

test("every function and class of src/train/index.ts has an example in its docstring", () => {
  expect(examples.length).toBeGreaterThan(30);
  expect(withoutExample(train, examples)).toEqual(NEEDS_NONE);
});

testExamples(examples, PREAMBLE);
