import { beforeAll, expect, test } from "vitest";
import {
  BasicLSTMCell,
  BasicRNNCell,
  dynamicRnn,
  type LSTMState,
  orthogonal,
  stateGradientNorms,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

const total = (state: tf.Tensor2D) => tf.sum(state) as tf.Scalar;

/** A linear cell whose recurrent kernel multiplies the length of every state by `factor`. */
function scaledRotation(factor: number): BasicRNNCell {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 4, activation: (x) => x });
  cell.kernel.assign(tf.concat2d([tf.ones([2, 4]), orthogonal(factor)([4, 4], 1) as tf.Tensor2D], 0));
  return cell;
}

test("through a linear cell with an orthogonal kernel times ρ, the norm is ρ to the number of steps back", () => {
  const x = uniform<tf.Rank.R3>([3, 6, 2], 1);
  for (const factor of [0.5, 1, 1.5]) {
    const norms = stateGradientNorms(scaledRotation(factor), x, total);
    const last = Math.sqrt(3 * 4); // the derivative of a sum of 3·4 numbers is as many ones
    const expected = [5, 4, 3, 2, 1, 0].map((back) => last * factor ** back);
    expectClose(tf.div(norms, expected), [1, 1, 1, 1, 1, 1]);
  }
});

test("an LSTM's c and h count together; each step's norm is that of a run which begins at the step", () => {
  const cell = new BasicLSTMCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const x = uniform<tf.Rank.R3>([2, 4, 2], 2);
  const loss = ({ h }: LSTMState) => tf.sum(tf.square(h)) as tf.Scalar;
  const norms = stateGradientNorms(cell, x, loss).dataSync();
  for (let t = 0; t < 3; t++) {
    const { c, h } = dynamicRnn(cell, tf.slice(x, [0, 0, 0], [2, t + 1, 2]))[1];
    const rest = tf.slice(x, [0, t + 1, 0], [2, 3 - t, 2]);
    const from = (c: tf.Tensor, h: tf.Tensor) =>
      loss(dynamicRnn(cell, rest, { initialState: { c: c as tf.Tensor2D, h: h as tf.Tensor2D } })[1]);
    const squares = tf
      .grads(from)([c, h])
      .map((gradient) => tf.sum(tf.square(gradient)).dataSync()[0] as number);
    expect(norms[t]).toBeCloseTo(Math.sqrt((squares[0] as number) + (squares[1] as number)), 5);
  }
});

test("stateGradientNorms leaks no tensor but its result, and names a wrong argument", () => {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const x = uniform<tf.Rank.R3>([2, 4, 2], 2);
  const before = tf.memory().numTensors;
  stateGradientNorms(cell, x, total).dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(() => stateGradientNorms(cell, x, (h) => h as never)).toThrow(
    /loss: expected a function that returns a scalar/,
  );
  expect(() => stateGradientNorms(cell, tf.zeros([2, 4, 3]), total)).toThrow(/inputs/);
  expect(() => stateGradientNorms(cell, tf.zeros([2, 0, 2]), total)).toThrow(/inputs: expected .* got .*\[2,0,2\]/);
  expect(tf.memory().numTensors).toBe(before + 2);
});
