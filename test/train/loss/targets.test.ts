// Targets that a cross-entropy cannot take are refused before the first step, compiled and eager, by their place in the data.
import { beforeAll, expect, test } from "vitest";
import { ArgumentError, Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWith,
  crossEntropy,
  crossEntropyWith,
  evaluate,
  type FitOptions,
  fit,
  modelOf,
  type Terms,
} from "../../../src/train";
import { dense, numbers, quick, weightsOf } from "../support";

beforeAll(() => tf.ready());

const floats = (values: readonly number[], shape: readonly number[]) => ({ data: Float32Array.from(values), shape });
const shares = [0.2, 0.3, 0.5];
const overTime = (classes: number) => {
  const layer = new Dense({ inputSize: 2, outputSize: classes, seed: 1 });
  return modelOf({ layer }, (x: tf.Tensor3D, _training, _lengths) => layer.call(x));
};
const train = (model: ReturnType<typeof dense>, data: object, loss: FitOptions["loss"], options: object = {}) =>
  fit(model, data as Parameters<typeof fit>[1], quick({ loss, epochs: 1, ...options }) as object as FitOptions);

test.each([
  ["−1 in place of 0", [1, -1, 0], "data.y[1][0]", "-1"],
  ["2 in place of 1", [0, 1, 2], "data.y[2][0]", "2"],
])("binaryCrossEntropy refuses %s, and no weight changes", async (_, y, place, actual) => {
  const expected = "0 or 1, or a probability between them";
  for (const loss of [binaryCrossEntropy, binaryCrossEntropyWith({ posWeight: 2 })]) {
    for (const kind of [Float32Array, Int32Array]) {
      const model = dense(2, 1);
      const before = weightsOf(model);
      const data = { x: numbers([3, 2]), y: { data: kind.from(y), shape: [3, 1] } };
      await expect(train(model, data, loss)).rejects.toThrow(new ArgumentError("fit", place, expected, actual).message);
      expect(weightsOf(model)).toEqual(before);
    }
  }
});

test("crossEntropy refuses probabilities that are below 0 or do not add up to 1, smoothed or not", async () => {
  const expected = "class probabilities, from 0 up, that add up to 1; or a class number, in an Int32Array";
  const wrong = [
    [[1, 0, 1], "[1, 0, 1], whose sum is 2"],
    [[2, -1, 0], "[2, -1, 0], whose sum is 1"],
    [[0, 0, 0], "[0, 0, 0], whose sum is 0"],
  ] as const;
  for (const [row, actual] of wrong) {
    const data = { x: numbers([2, 2]), y: floats([...shares, ...row], [2, 3]) };
    for (const loss of [crossEntropy, crossEntropyWith({ labelSmoothing: 0.1 })]) {
      const error = new ArgumentError("fit", "data.y[1]", expected, actual).message;
      await expect(train(dense(), data, loss)).rejects.toThrow(error);
    }
    await expect(evaluate(dense(), data, { loss: crossEntropy })).rejects.toThrow(
      "evaluate: data.y[1]: expected class",
    );
    const validationData = data;
    const good = { x: numbers([2, 2]), y: floats([...shares, ...shares], [2, 3]) };
    await expect(train(dense(), good, crossEntropy, { validationData })).rejects.toThrow("fit: validationData.y[1]:");
  }
});

test("a time step is named; what a mask, a weight of 0 or a sequence's end leaves out may be anything", async () => {
  const x = numbers([2, 2, 2]);
  const y = floats([...shares, ...shares, ...shares, 5, 5, 5], [2, 2, 3]);
  await expect(train(overTime(3), { x, y }, crossEntropy)).rejects.toThrow("fit: data.y[1][1]: expected class prob");
  const lengths = Int32Array.of(2, 1);
  const lengthsArray = { data: lengths, shape: [2] };
  const left = [
    { mask: { data: Uint8Array.of(1, 1, 1, 0), shape: [2, 2] } },
    { sampleWeights: floats([1, 1, 1, 0], [2, 2]) },
    { lengths: { x: lengthsArray, y: lengthsArray } },
  ];
  for (const part of left) {
    const { epochs } = await train(overTime(3), { x, y, ...part }, crossEntropy);
    expect(epochs[0]?.loss).toBeGreaterThan(0);
  }
  const binary = { x, y: floats([0, 1, 1, -1], [2, 2, 1]) };
  await expect(train(overTime(1), binary, binaryCrossEntropy)).rejects.toThrow("fit: data.y[1][1]: expected 0 or 1");
  await train(overTime(1), { ...binary, mask: { data: Uint8Array.of(1, 1, 1, 0), shape: [2, 2] } }, binaryCrossEntropy);
});

test("ragged targets are checked; rounded and smoothed ones and a loss of one's own are taken", async () => {
  const list = [floats([...shares, ...shares], [2, 3]), floats([3, 0, 0], [1, 3])];
  const x = [numbers([2, 2]), numbers([1, 2])];
  await expect(train(overTime(3), { x, y: list }, crossEntropy)).rejects.toThrow("fit: data.y[1][0]: expected class");
  const rounded = floats([0.33, 0.33, 0.33, 0.9, 0.05, 0.05], [2, 3]);
  await train(dense(), { x: numbers([2, 2]), y: rounded }, crossEntropyWith({ labelSmoothing: 0.1 }));
  const own = (outputs: tf.Tensor, y: tf.Tensor): Terms => crossEntropy(outputs, tf.softmax(y));
  await train(dense(), { x: numbers([2, 2]), y: numbers([2, 3]) }, own);
});
