import { expect, test, vi } from "vitest";
import * as data from "../../src/data";
import { examplesOf, runErrors, testExamples, withoutExample } from "../examples";

const examples = examplesOf("data");
/** No example: an error class, which users catch and do not construct. */
const NEEDS_NONE = ["DataError"];
/** An example with one of these reads a file of the user, writes one, or asks a mirror. It is compiled and not run. */
const NEEDS_FILES =
  /readFile|load\w+\(|save\w+\(|readRainHours|\w+Checkpoints?\(|markBest|textChunks\(|textLines\(|[tT]okenFile\(/;

test("every function and class of src/data/index.ts has an example in its docstring", () => {
  expect(examples.length).toBeGreaterThan(40);
  expect(withoutExample(data, examples)).toEqual(NEEDS_NONE);
});

testExamples(examples);

test("every example without files runs", async () => {
  vi.spyOn(console, "log").mockReturnValue();
  const runnable = examples.filter(({ code }) => !NEEDS_FILES.test(code));
  expect(runnable.length).toBeGreaterThan(25);
  expect(await runErrors(runnable)).toEqual([]);
});
