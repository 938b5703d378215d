import { afterEach, beforeEach, expect, test } from "vitest";
import { canCompile } from "../../src/compile";
import { numericArray } from "../../src/data";
import { BasicRNNCell, Dense, dynamicRnn } from "../../src/rnn";
import * as tf from "../../src/tf";
import { continueSeries, type Model, modelOf } from "../../src/train";

/** Two windows of three values. */
const start = numericArray(Float32Array.of(1, 2, 3, 10, 20, 30), [2, 3, 1]);
/** A model that forecasts the mean of the window. */
const meanOfWindow: Model = { variables: [], call: (x: tf.Tensor3D) => tf.mean(x, 1) };
const means = [2, 7 / 3, 22 / 9];

let before = 0;
beforeEach(async () => {
  await tf.ready();
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

test("continueSeries(model, start, count) feeds the forecasts back, for each example of the batch", async () => {
  const { data, shape } = await continueSeries(meanOfWindow, start, 3);
  expect(shape).toEqual([2, 3, 1]);
  expect(Array.from(data)).toEqual([...means, ...means.map((value) => 10 * value)].map((v) => expect.closeTo(v, 5)));
});

test("continueSeries takes the last output of a model with an output for each time step", async () => {
  const ramp: Model = { variables: [], call: (x: tf.Tensor3D) => tf.add(x, 1) };
  expect(Array.from((await continueSeries(ramp, start, 4)).data)).toEqual([4, 5, 6, 7, 31, 32, 33, 34]);
});

test.skipIf(!canCompile())("compiled or not, the numbers are the same", async () => {
  const cell = new BasicRNNCell({ inputSize: 1, numUnits: 7, seed: 1 });
  const head = new Dense({ inputSize: 7, outputSize: 1, seed: 2 });
  const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D) => head.call(dynamicRnn(cell, x)[0]));
  const [graph, eager] = [
    await continueSeries(model, start, 12, { compiled: true }),
    await continueSeries(model, start, 12, { compiled: false }),
  ];
  expect(Array.from(graph.data)).toEqual(Array.from(eager.data, (value) => expect.closeTo(value, 5)));
  expect(new Set(graph.data).size).toBeGreaterThan(12);
  cell.dispose();
  head.dispose();
});

test("continueSeries refuses wrong starts, counts and outputs, by name", async () => {
  await expect(continueSeries(meanOfWindow, numericArray(new Float32Array(3), [3, 1]), 2)).rejects.toThrow(
    "start: expected windows [batch, nSteps, features], got [3, 1]",
  );
  await expect(continueSeries(meanOfWindow, start, 0)).rejects.toThrow("count: expected a whole number of at least 1");
  const wide: Model = { variables: [], call: (x: tf.Tensor3D) => tf.concat([x, x], 2) };
  await expect(continueSeries(wide, start, 2, { compiled: false })).rejects.toThrow(
    "outputs: expected [2, 3, 1] or [2, 1], got [2, 3, 2]",
  );
});

test("continueSeries(…, { signal }) rejects with the signal's reason", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await expect(continueSeries(meanOfWindow, start, 5, { signal: stop.signal })).rejects.toThrow("enough");
});
