import { expect, test, vi } from "vitest";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";
import { compileErrors, type Example, examplesOf, runErrors, testExamples, withoutExample } from "../examples";

const examples = examplesOf("rnn");
/** No example: an error class, which users catch and do not construct. */
const NEEDS_NONE = ["ArgumentError"];
/** An example with this call reads a file of the user, so it is compiled and not run. */
const NEEDS_A_FILE = /load(Safetensors|TensorFlowCheckpoint|KerasWeights)\(/;

test("every function and class of src/rnn/index.ts has an example in its docstring", () => {
  expect(examples.length).toBeGreaterThan(50);
  expect(withoutExample(rnn, examples)).toEqual(NEEDS_NONE);
});

testExamples(examples);

test("every example runs", async () => {
  await tf.ready();
  vi.spyOn(console, "log").mockReturnValue();
  vi.spyOn(console, "table").mockReturnValue();
  expect(await runErrors(examples.filter(({ code }) => !NEEDS_A_FILE.test(code)))).toEqual([]);
});

test("runErrors names the example that throws", async () => {
  const wrong: Example = {
    symbol: "GRUCell",
    file: "rnn/cells/gru.ts",
    code: "new GRUCell({ inputSize: 3, numUnits: 0 });",
  };
  expect((await runErrors([wrong])).join()).toMatch(/^GRUCell: .*numUnits/);
});

test("compileErrors names the example and the line that does not compile", async () => {
  const wrong: Example = { symbol: "GRUCell", file: "rnn/cells/gru.ts", code: "new GRUCell({ inputSize: 3 });" };
  expect((await compileErrors([wrong])).join("\n")).toMatch(/0-GRUCell\.ts\(\d+,\d+\): error TS\d+: .*numUnits/s);
});

test("withoutExample finds a function whose docstring shows none", () => {
  const fewer = examples.filter(({ symbol }) => symbol !== "dynamicRnn");
  expect(withoutExample(rnn, fewer)).toContain("dynamicRnn");
});
