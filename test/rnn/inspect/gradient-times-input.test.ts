import { beforeAll, expect, test } from "vitest";
import { BasicLSTMCell, Dense, dynamicRnn, gradientTimesInput, poolOverTime } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

test("gradientTimesInput(score, x) of a linear score gives each step's part of it", () => {
  const x = uniform<tf.Rank.R3>([2, 4, 3], 1);
  const weights = tf.tensor1d([1, -2, 3]);
  const score = (input: tf.Tensor3D) => tf.sum(tf.mul(input, weights), [1, 2]);
  const added = gradientTimesInput(score, x);
  expectClose(added, tf.sum(tf.mul(x, weights), 2).arraySync() as number[][]);
  expectClose(tf.sum(added, 1), score(x).arraySync() as number[]);
});

test("of an LSTM it is the derivative of the score by a factor on the step's input, and 0 past the end", () => {
  const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
  const head = new Dense({ inputSize: 4, outputSize: 1, seed: 2 });
  const sequenceLength = [4, 2];
  const score = (input: tf.Tensor3D) =>
    head.call(poolOverTime(dynamicRnn(cell, input, { sequenceLength })[0], "mean", { sequenceLength }));
  const x = uniform<tf.Rank.R3>([2, 4, 3], 3);
  const added = gradientTimesInput(score, x).arraySync();
  for (let t = 0; t < 4; t++) {
    const by = (factor: number) =>
      score(tf.mul(x, tf.where(tf.equal(tf.range(0, 4), t), factor, 1).reshape([1, 4, 1])) as tf.Tensor3D).dataSync();
    const [up, down] = [by(1.01), by(0.99)];
    for (const i of [0, 1]) {
      const slope = ((up[i] as number) - (down[i] as number)) / 0.02;
      expect(added[i]?.[t]).toBeCloseTo(slope, 4);
    }
  }
  expect([added[1]?.[2], added[1]?.[3]]).toEqual([0, 0]);
});

test("gradientTimesInput keeps one tensor, and refuses a score of another shape without keeping any", () => {
  const [x, flat] = [uniform<tf.Rank.R3>([2, 4, 3], 4), tf.zeros([2, 3])];
  const before = tf.memory().numTensors;
  gradientTimesInput((input) => tf.sum(input, [1, 2]), x).dispose();
  expect(() => gradientTimesInput((input) => tf.sum(input), x)).toThrow("score: expected a function that returns [2]");
  expect(() => gradientTimesInput((input) => tf.sum(input, 2), x)).toThrow(
    "score: expected a function that returns [2]",
  );
  // @ts-expect-error: the type refuses it too
  expect(() => gradientTimesInput((input) => tf.sum(input, [1, 2]), flat)).toThrow("x: expected");
  expect(tf.memory().numTensors).toBe(before);
});
