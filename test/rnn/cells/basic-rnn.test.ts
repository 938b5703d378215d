import { beforeAll, expect, test } from "vitest";
import { ArgumentError, BasicRNNCell, basicRnnStep, onesInitializer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

test("h' = φ([x, h]·W + b), and the output is the state", () => {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 1, kernelInitializer: onesInitializer });
  cell.bias.assign(tf.tensor1d([0.5]));
  const [output, state] = cell.call(tf.tensor2d([[1, 2]]), tf.tensor2d([[-3]]));
  expectClose(output, [Math.tanh(0.5)]);
  expect(state).toBe(output);
});

test("BasicRNNCell({ activation }) takes any function", () => {
  const weights = { kernel: tf.ones([2, 1]) as tf.Tensor2D, bias: tf.zeros([1]) as tf.Tensor1D };
  expectClose(basicRnnStep(weights, tf.tensor2d([[-4]]), tf.tensor2d([[1]]), tf.relu), [0]);
  expectClose(
    basicRnnStep(weights, tf.tensor2d([[-4]]), tf.tensor2d([[1]]), (x) => x),
    [-3],
  );
});

test("the same seed gives the same weights, another seed others; Glorot's limits hold; the bias is 0", () => {
  const make = (seed: number) => new BasicRNNCell({ inputSize: 3, numUnits: 5, seed });
  expectClose(make(1).kernel, make(1).kernel, 0);
  expect(tf.max(tf.abs(tf.sub(make(1).kernel, make(2).kernel))).dataSync()[0]).toBeGreaterThan(0.01);
  expect(tf.max(tf.abs(make(1).kernel)).dataSync()[0]).toBeLessThan(Math.sqrt(6 / (8 + 5)));
  expectClose(make(1).bias, [0, 0, 0, 0, 0]);
});

test("a call leaves its output, a constructor two weights, and dispose frees the weights", () => {
  const cell = expectTensors(2, () => new BasicRNNCell({ inputSize: 3, numUnits: 4 }));
  const [x, h] = [uniform<tf.Rank.R2>([2, 3], 1), cell.zeroState(2)];
  expectTensors(1, () => cell.call(x, h));
  expectTensors(-2, () => cell.dispose());
});

test("wrong sizes and shapes are refused by name", () => {
  expect(() => new BasicRNNCell({ inputSize: 0, numUnits: 4 })).toThrow(/inputSize: expected a whole number/);
  expect(() => new BasicRNNCell({ inputSize: 3, numUnits: 1.5 })).toThrow(/numUnits: .*got number 1.5/);
  const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4 });
  expect(() => cell.call(tf.zeros([2, 2]), cell.zeroState(2))).toThrow(/inputs: expected .*\[batch, 3\].*\[2,2\]/);
  expect(() => cell.call(tf.zeros([2, 3]), cell.zeroState(3))).toThrow(ArgumentError);
});
