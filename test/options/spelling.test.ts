import { expect, test } from "vitest";
import { ArgumentError } from "../../src/arguments";
import { DataError, slidingWindows } from "../../src/data";
import { AdamOptimizer, DropoutWrapper, GRUCell } from "../../src/rnn";
import { nearestName } from "../../src/spelling";
import { EarlyStopping, fit } from "../../src/train";

const OPTIMIZER = ["learningRate", "clipNorm", "globalClipNorm", "beta1", "beta2", "epsilon"];
const FIT = ["loss", "optimizer", "epochs", "batchSize", "seed", "validationData", "metrics", "callbacks", "progress"];
const CELL = ["inputSize", "numUnits", "activation", "useBias", "seed"];
const WRAPPER = ["inputKeepProb", "outputKeepProb", "stateKeepProb"];

test.each([
  // the same letters, written as Python does
  ["batch_size", FIT, "batchSize"],
  ["validation_data", FIT, "validationData"],
  ["Epochs", FIT, "epochs"],
  ["beta_1", OPTIMIZER, "beta1"],
  ["clipnorm", OPTIMIZER, "clipNorm"],
  ["global_clipnorm", OPTIMIZER, "globalClipNorm"],
  // the words of Keras and PyTorch
  ["lr", OPTIMIZER, "learningRate"],
  ["eps", OPTIMIZER, "epsilon"],
  ["hidden_size", CELL, "numUnits"],
  ["units", CELL, "numUnits"],
  ["units", ["inputSize", "outputSize"], "outputSize"],
  ["input_dim", CELL, "inputSize"],
  ["verbose", FIT, "progress"],
  ["criterion", FIT, "loss"],
  ["dropout", WRAPPER, "outputKeepProb: 1−dropout"],
  // a slip
  ["learningrat", OPTIMIZER, "learningRate"],
  ["lerningRate", OPTIMIZER, "learningRate"],
  ["epohcs", FIT, "epochs"],
  ["numUnit", CELL, "numUnits"],
  // nothing near
  ["zebra", FIT, undefined],
  ["constructor", CELL, undefined],
  ["x", CELL, undefined],
] as [string, string[], string | undefined][])("nearestName(%o, …) among %o is %o", (name, known, expected) => {
  expect(nearestName(name, known)).toBe(expected);
});

const loose = (value: unknown) => value as never;
const cell = () => new GRUCell({ inputSize: 2, numUnits: 2 });

test("an error about an unknown option says which option was meant", async () => {
  expect(() => new AdamOptimizer(loose({ lr: 0.1 }))).toThrow(/also lr \(did you mean learningRate\?\)/);
  expect(() => new GRUCell(loose({ input_size: 2, units: 2 }))).toThrow(/also input_size \(did you mean inputSize\?\)/);
  expect(() => new DropoutWrapper(cell(), loose({ dropout: 0.5 }))).toThrow(/did you mean outputKeepProb: 1−dropout\?/);
  expect(() => new EarlyStopping(loose({ patients: 3 }))).toThrow(/did you mean patience\?/);
  const model = { variables: cell().variables, call: () => loose(0) };
  await expect(fit(model, loose({}), loose({ batch_size: 2 }))).rejects.toThrow(/did you mean batchSize\?/);
  const series = { data: new Float32Array(9), shape: [9, 1] };
  expect(() => slidingWindows(series, loose({ window_size: 3 }))).toThrow(DataError);
  expect(() => slidingWindows(series, loose({ window_size: 3 }))).toThrow(/did you mean nSteps\?/);
});

test("new AdamOptimizer(0.01) is refused with what to write", () => {
  expect(() => new AdamOptimizer(loose(0.01))).toThrow(ArgumentError);
  expect(() => new AdamOptimizer(loose(0.01))).toThrow(
    "AdamOptimizer: options: expected { learningRate: 0.01 }, in braces, got number 0.01",
  );
});
