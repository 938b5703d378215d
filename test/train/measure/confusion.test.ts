import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { confusionMatrix, modelOf, perClassAccuracy } from "../../../src/train";
import { expectNoTensors, labels, numbers } from "../support";

beforeAll(() => tf.ready());

/** A model of scores for each example or time step, and −∞ for the first class, as a mask of classes gives it. */
const model = (() => {
  const layer = new Dense({ inputSize: 2, outputSize: 3, seed: 1 });
  const mask = () => tf.tensor1d([Number.NEGATIVE_INFINITY, 0, 0]);
  return modelOf({ layer }, (x: tf.Tensor2D, _training, _lengths) => tf.add(layer.call(x), mask()));
})();

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there("an example with NaN among its scores is refused by its place, not counted as some class", async () => {
    const data = { x: numbers([8, 2]), y: labels(8, 3) };
    expect((await confusionMatrix(model, data, { compiled })).data.reduce((sum, count) => sum + count)).toBe(8);
    data.x.data[11] = Number.NaN;
    const error = "the model's output for data.x[5]: expected a number for each class, got NaN";
    for (const batchSize of [3, 8]) {
      await expect(confusionMatrix(model, data, { compiled, batchSize })).rejects.toThrow(`confusionMatrix: ${error}`);
    }
    await expectNoTensors(async () => {
      await expect(perClassAccuracy(model, data, { compiled })).rejects.toThrow(`perClassAccuracy: ${error}`);
    });
  });

  there("a time step is named; one that does not count may have NaN", async () => {
    const data = { x: numbers([2, 3, 2]), y: { data: Int32Array.of(0, 1, 2, 2, 1, 0), shape: [2, 3] } };
    data.x.data[10] = Number.NaN;
    await expect(confusionMatrix(model, data, { compiled })).rejects.toThrow("data.x[1], time step 2: expected a num");
    const mask = { data: Uint8Array.of(1, 1, 1, 1, 1, 0), shape: [2, 3] };
    const { data: counts } = await confusionMatrix(model, { ...data, mask }, { compiled });
    expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  });
});
