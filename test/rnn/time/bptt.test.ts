import { beforeAll, expect, test } from "vitest";
import { BasicRNNCell, computeGradients, dynamicRnn, GRUCell, stopGradient } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

test("a loss on outputs t_min … t_max: inputs after t_max have no gradient, all before have one", () => {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const x = uniform<tf.Rank.R3>([2, 6, 2], 2);
  const gradient = tf.grad((given) => {
    const [outputs] = dynamicRnn(cell, given as tf.Tensor3D);
    return tf.sum(tf.square(tf.slice(outputs, [0, 2, 0], [2, 2, 3]))); // t = 2 and 3 only
  })(x);
  const byStep = Array.from(tf.sum(tf.abs(gradient), [0, 2]).dataSync());
  expect(byStep.slice(4)).toEqual([0, 0]);
  for (const size of byStep.slice(0, 4)) expect(size).toBeGreaterThan(1e-3);
});

test("stopGradient(state): the state is carried over, and no gradient flows into the first part", () => {
  const cell = new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const x = uniform<tf.Rank.R3>([2, 6, 2], 2);
  const [first, second] = tf.split(x, 2, 1) as [tf.Tensor3D, tf.Tensor3D];
  const carried = dynamicRnn(cell, first)[1];
  const lossOf = (initialState: tf.Tensor2D) => tf.sum(dynamicRnn(cell, second, { initialState })[0]) as tf.Scalar;
  const constant = computeGradients(() => lossOf(carried), cell.variables);
  const stopped = computeGradients(() => lossOf(stopGradient(dynamicRnn(cell, first)[1])), cell.variables);
  const whole = computeGradients(() => lossOf(dynamicRnn(cell, first)[1]), cell.variables);
  expectClose(stopped.loss, whole.loss);
  for (const [i, { gradient }] of stopped.gradients.entries()) expectClose(gradient, constant.gradients[i]?.gradient);
  const difference = tf.max(tf.abs(tf.sub(whole.gradients[0]?.gradient ?? 0, stopped.gradients[0]?.gradient ?? 0)));
  expect(difference.dataSync()[0]).toBeGreaterThan(1e-2);
});
