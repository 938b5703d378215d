import { expect, test } from "vitest";
import { batchOf } from "../../scripts/bench/network.mjs";
import { largestDifference } from "../../scripts/bench/steps.mjs";
import * as compile from "../../src/compile";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";

const SERIES = {
  cell: "rnn",
  activation: "relu",
  layers: 1,
  batch: 50,
  timeSteps: 20,
  inputs: 1,
  units: 100,
  outputs: 1,
  head: "every",
  loss: "mse",
};
const SMALL = { activation: "tanh", batch: 6, timeSteps: 5, inputs: 3, units: 4, outputs: 3, loss: "softmax" };

if (!compile.canCompile()) console.log("compiled against eager steps: skipped, needs the native engine");

test.skipIf(!compile.canCompile()).each([
  ["series_rnn", SERIES],
  ["a GRU, the last state", { ...SMALL, cell: "gru", layers: 1, head: "last" }],
  ["LSTMs on each other, every step", { ...SMALL, cell: "lstm", layers: 2, head: "every" }],
])("%s: compiled and eager losses agree over three steps", (_name, workload) => {
  const { difference, drift } = largestDifference({ rnn, compile, tf }, workload, { steps: 3, drift: 1e-5 });
  expect([difference < 1e-4, drift < 1e-5]).toEqual([true, true]);
});

test("a batch has the workload's shapes; class numbers are all of 0 to outputs − 1", async () => {
  await tf.ready();
  const [x, y] = batchOf(tf, { ...SMALL, batch: 200, head: "every" });
  expect([x.shape, y.shape, y.dtype]).toEqual([[200, 5, 3], [200, 5], "int32"]);
  expect([...new Set(y.dataSync())].sort()).toEqual([0, 1, 2]);
  const [, target] = batchOf(tf, { ...SERIES, head: "last", outputs: 2 });
  expect([target.shape, target.dtype]).toEqual([[50, 2], "float32"]);
  tf.dispose([x, y, target]);
});

test("an unknown cell is an error", () => {
  expect(() => largestDifference({ rnn, compile, tf }, { ...SERIES, cell: "quantum" }, { steps: 1, drift: 1 })).toThrow(
    /"quantum"/,
  );
});

test("batches on which eager steps drift from themselves decide nothing", () => {
  const found = largestDifference({ rnn, compile, tf }, SERIES, { steps: 2, drift: -1, seeds: 2 });
  expect(found).toEqual({ seed: null, drift: null, difference: null });
});
