import { beforeAll, expect, test } from "vitest";
import { bidirectionalDynamicRnn, dynamicRnn, GRUCell, LSTMCell, staticBidirectionalRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { counter, expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

test("the backward cell begins at each sequence's last live step; output t belongs to input t", () => {
  const x = tf.tensor3d([
    [[1], [1], [1]],
    [[1], [1], [NaN]],
  ]);
  const [[fw, bw], [stateFw, stateBw]] = bidirectionalDynamicRnn(counter, counter, x, { sequenceLength: [3, 2] });
  expectClose(fw, [
    [[1], [2], [3]],
    [[1], [2], [0]],
  ]); // counter: output x + n, state n + 1
  expectClose(bw, [
    [[3], [2], [1]],
    [[2], [1], [0]],
  ]);
  expectClose(stateFw, [[3], [2]]);
  expectClose(stateBw, [[3], [2]]);
});

const make = () => ({
  fw: new LSTMCell({ inputSize: 3, numUnits: 4, seed: 1 }),
  bw: new GRUCell({ inputSize: 3, numUnits: 2, seed: 2 }),
  x: uniform<tf.Rank.R3>([3, 5, 3], 3),
});

test("backward ≡ forward on the reversed sequence", () => {
  const { fw, bw, x } = make();
  const [[, backward], [, state]] = bidirectionalDynamicRnn(fw, bw, x);
  const [forward, forwardState] = dynamicRnn(bw, tf.reverse(x, 1));
  expectClose(backward, tf.reverse(forward, 1));
  expectClose(state, forwardState);
});

test("static ≡ dynamic, with both outputs joined; initial states; time-major", () => {
  const { fw, bw, x } = make();
  const options = {
    sequenceLength: [5, 0, 2],
    initialStateFw: { c: uniform<tf.Rank.R2>([3, 4], 4), h: uniform<tf.Rank.R2>([3, 4], 5) },
    initialStateBw: uniform<tf.Rank.R2>([3, 2], 6),
  };
  const [outputs, states] = bidirectionalDynamicRnn(fw, bw, x, options);
  const [list, stateFw, stateBw] = staticBidirectionalRnn(fw, bw, tf.unstack(x, 1) as tf.Tensor2D[], options);
  expectClose(tf.stack(list, 1), tf.concat(outputs, 2));
  for (const name of ["c", "h"] as const) expectClose(stateFw[name], states[0][name]);
  expectClose(stateBw, states[1]);
  const transposed = tf.transpose(x, [1, 0, 2]);
  const [[timeMajor]] = bidirectionalDynamicRnn(fw, bw, transposed, { ...options, timeMajor: true });
  expectClose(tf.transpose(timeMajor, [1, 0, 2]), outputs[0]);
});

test("NaN in the padding changes neither outputs nor gradients", () => {
  const { fw, bw, x } = make();
  const sequenceLength = [5, 0, 2];
  const live = tf.less(tf.range(0, 5).reshape([1, 5, 1]), tf.tensor(sequenceLength).reshape([3, 1, 1]));
  const dirty = tf.where(live, x, tf.fill(x.shape, Number.NaN)) as tf.Tensor3D;
  const gradients = (given: tf.Tensor3D) => {
    const loss = () => {
      const [outputs] = bidirectionalDynamicRnn(fw, bw, given, { sequenceLength });
      return tf.sum(tf.square(tf.concat(outputs, 2))) as tf.Scalar;
    };
    const { value, grads } = tf.variableGrads(loss, [...fw.variables, ...bw.variables]);
    return [value, ...Object.values(grads)];
  };
  const expected = gradients(x);
  for (const [i, tensor] of gradients(dirty).entries()) expectClose(tensor, expected[i]);
});

test("only outputs and states are left; errors name the function", () => {
  const { fw, bw, x } = make();
  expectTensors(5, () => bidirectionalDynamicRnn(fw, bw, x, { sequenceLength: [1, 2, 3] }));
  expect(() => bidirectionalDynamicRnn(fw, bw, tf.zeros([3, 5, 2]))).toThrow(/bidirectionalDynamicRnn: inputs/);
});
