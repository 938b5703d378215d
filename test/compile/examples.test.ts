import { expect, test, vi } from "vitest";
import * as compile from "../../src/compile";
import { compileErrors, examplesOf, runErrors, withoutExample } from "../examples";
import { scopeEachTest } from "../support";
import { onNative } from "./support";

scopeEachTest();

const examples = examplesOf("compile");
/** No example: error classes, which users catch and do not construct; a question; `scan`, whose example stands in its text. */
const NEEDS_NONE = ["canCompile", "CompileError", "StepNotFiniteError", "scan"];

test("every function of src/compile/index.ts has an example in its docstring", () => {
  expect(withoutExample(compile, examples).filter((name) => !NEEDS_NONE.includes(name))).toEqual([]);
});

test("every example compiles strictly, with its imports implied", async () => {
  expect(await compileErrors(examples)).toEqual([]);
});

onNative("on the native engine", () => {
  test("every example runs that writes no file", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    expect(await runErrors(examples.filter(({ code }) => !code.includes("saveFiles(")))).toEqual([]);
  });
});
