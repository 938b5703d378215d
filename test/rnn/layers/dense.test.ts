import { beforeAll, expect, test } from "vitest";
import { Dense, onesInitializer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

test("Dense is φ(x·W + b) over the last axis, one product for all time steps", () => {
  const dense = new Dense({ inputSize: 2, outputSize: 1, kernelInitializer: onesInitializer, activation: tf.relu });
  dense.bias.assign(tf.tensor1d([1]));
  expectClose(
    dense.call(
      tf.tensor2d([
        [1, 2],
        [-4, 1],
      ]),
    ),
    [[4], [0]],
  );
  const x = uniform<tf.Rank.R3>([2, 3, 2], 1);
  const y = dense.call(x);
  expect(y.shape).toEqual([2, 3, 1]);
  expectClose(tf.reshape(y, [6, 1]), dense.call(tf.reshape(x, [6, 2]) as tf.Tensor2D));
});

test("Dense.call leaks no tensor but its outputs, and refuses another number of features", () => {
  const dense = expectTensors(2, () => new Dense({ inputSize: 2, outputSize: 3, seed: 1 }));
  const x = uniform<tf.Rank.R2>([4, 2], 1);
  expectTensors(1, () => dense.call(x));
  expect(() => dense.call(tf.zeros([4, 3]) as tf.Tensor2D)).toThrow(/inputs: expected .*\[batch, 2\].*\[4,3\]/);
  expectTensors(-2, () => dense.dispose());
});
