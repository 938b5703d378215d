import { expect, test } from "vitest";
import { largestDifference } from "../../scripts/bench/workloads/difference.mts";
import { batchOf } from "../../scripts/bench/workloads/network.mts";
import { subjectOf, type Workload, workloadsIn } from "../../scripts/bench/workloads/workload.mts";
import * as compile from "../../src/compile";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";

const SERIES: Workload = {
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
const SMALL = { activation: "tanh", batch: 6, timeSteps: 5, inputs: 3, units: 4, outputs: 3, loss: "softmax" } as const;
const GRU: Workload = { ...SMALL, cell: "gru", layers: 1, head: "last" };
const LSTMS: Workload = { ...SMALL, cell: "lstm", layers: 2, head: "every" };

if (!compile.canCompile()) console.log("compiled against eager steps: skipped, needs the native engine");

test.skipIf(!compile.canCompile()).each([
  ["series_rnn", SERIES],
  ["a GRU, the last state", GRU],
  ["LSTMs on each other, every step", LSTMS],
])("%s: compiled and eager losses agree over three steps", (_name, workload) => {
  const { difference, drift } = largestDifference({ rnn, compile, tf }, workload, { steps: 3, drift: 1e-5 });
  expect(difference).toBeLessThan(1e-4);
  expect(drift).toBeLessThan(1e-5);
});

test("a batch has the workload's shapes; class numbers are all of 0 to outputs − 1", async () => {
  await tf.ready();
  const [x, y] = batchOf(tf, { ...LSTMS, batch: 200 });
  expect([x.shape, y.shape, y.dtype]).toEqual([[200, 5, 3], [200, 5], "int32"]);
  expect([...new Set(y.dataSync())].sort()).toEqual([0, 1, 2]);
  const [, target] = batchOf(tf, { ...SERIES, head: "last", outputs: 2 });
  expect([target.shape, target.dtype]).toEqual([[50, 2], "float32"]);
  tf.dispose([x, y, target]);
});

test("an unknown cell is an error, and a workload that there is not", () => {
  const text = JSON.stringify({ series: SERIES, other: { ...SERIES, cell: "quantum" } });
  expect(() => workloadsIn(text)).toThrow(/^other: unknown cell "quantum"; there are rnn, lstm, gru$/);
  expect(() => subjectOf("mnist", { series: SERIES })).toThrow(/"mnist"/);
});

test("batches on which eager steps drift from themselves decide nothing", () => {
  const found = largestDifference({ rnn, compile, tf }, SERIES, { steps: 2, drift: -1, seeds: 2 });
  expect(found).toEqual({ seed: null, drift: null, difference: null });
});
