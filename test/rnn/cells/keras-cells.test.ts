import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { numericArray } from "../../../src/data";
import {
  BasicRNNCell,
  ConvLSTMCell,
  dynamicRnn,
  flattenState,
  fromKeras,
  GRUCell,
  hardSigmoid,
  LSTMCell,
  ResetAfterGRUCell,
  type RNNCell,
  type State,
  staticRnn,
  type UnrollOptions,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

interface Values {
  readonly shape: number[];
  readonly values: number[];
}
interface Case {
  readonly weights: Values[];
  readonly x: Values;
  readonly lengths: number[] | null;
  readonly outputs: Values;
  readonly state: Values[];
}
const GOLDEN: Record<string, Case> = JSON.parse(readFileSync(join(__dirname, "../../golden/cells.json"), "utf8"));
const tensorOf = ({ shape, values }: Values) => tf.tensor(values, shape);

const sizes = { inputSize: 3, numUnits: 4 };
const hard = { recurrentActivation: hardSigmoid };
const CELLS: Record<string, () => RNNCell<State>> = {
  "lstm.hard_sigmoid": () => new LSTMCell({ ...sizes, ...hard }),
  "lstm.no_bias": () => new LSTMCell({ ...sizes, useBias: false, forgetBias: 0 }),
  "lstm.hard_sigmoid_no_bias": () => new LSTMCell({ ...sizes, ...hard, useBias: false, forgetBias: 0 }),
  "gru_reset_before.hard_sigmoid": () => new GRUCell({ ...sizes, ...hard }),
  "gru_reset_before.no_bias": () => new GRUCell({ ...sizes, useBias: false }),
  "gru_reset_before.hard_sigmoid_no_bias": () => new GRUCell({ ...sizes, ...hard, useBias: false }),
  "gru_reset_after.hard_sigmoid": () => new ResetAfterGRUCell({ ...sizes, ...hard }),
  "gru_reset_after.no_bias": () => new ResetAfterGRUCell({ ...sizes, useBias: false }),
  "gru_reset_after.hard_sigmoid_no_bias": () => new ResetAfterGRUCell({ ...sizes, ...hard, useBias: false }),
  "simple_rnn.no_bias": () => new BasicRNNCell({ ...sizes, useBias: false }),
  "simple_rnn.go_backwards": () => new BasicRNNCell(sizes),
  "simple_rnn.go_backwards_lengths": () => new BasicRNNCell(sizes),
  "simple_rnn.repeat_last": () => new BasicRNNCell(sizes),
};
const OPTIONS: Record<string, UnrollOptions> = {
  "simple_rnn.go_backwards": { goBackwards: true },
  "simple_rnn.go_backwards_lengths": { goBackwards: true },
  "simple_rnn.repeat_last": { repeatLast: true },
};

describe("cells with Keras 2.15's weights have its outputs and last states", () => {
  test.each(Object.entries(CELLS))("%s", (name, make) => {
    const { weights, x, lengths, outputs, state } = GOLDEN[name] as Case;
    const cell = make();
    const names = ["kernel", "recurrent_kernel", "bias"];
    const arrays = weights.map(({ shape, values }, i) => [names[i], numericArray(Float32Array.from(values), shape)]);
    fromKeras(cell, Object.fromEntries(arrays), { bias: weights.length === 3 });
    const options = { ...OPTIONS[name], ...(lengths && { sequenceLength: lengths }) };
    const input = tensorOf(x) as tf.Tensor3D;
    const [got, last] = dynamicRnn(cell, input, options);
    expectClose(got, tensorOf(outputs), 2e-6);
    const order = name.startsWith("lstm") ? [...state].reverse() : state; // Keras has h, c; ours { c, h }
    flattenState(last).forEach((part, i) => {
      expectClose(part, tensorOf(order[i] as Values), 2e-6);
    });
    if (OPTIONS[name] === undefined) {
      const [steps] = staticRnn(cell, tf.unstack(input, 1) as tf.Tensor2D[]);
      expectClose(tf.stack(steps, 1), tensorOf(outputs), 2e-6);
    }
    cell.dispose();
  });

  test.each(["conv_lstm_1d", "conv_lstm_2d", "conv_lstm_3d", "conv_lstm_2d.no_bias"])("%s", (name) => {
    const { weights, x, outputs, state } = GOLDEN[name] as Case;
    const [kernel, recurrent, bias] = weights as [Values, Values, Values?];
    const shape = kernel.shape.slice(0, -2) as [number, number];
    const cell = new ConvLSTMCell({
      inputShape: x.shape.slice(2),
      outputChannels: 2,
      kernelShape: shape,
      forgetBias: 0,
      useBias: bias !== undefined,
    });
    /** Keras has the gates i, f, j, o; ours i, j, f, o. */
    const inOrder = (tensor: tf.Tensor) => {
      const [i, f, j, o] = tf.split(tensor, 4, -1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return tf.concat([i, j, f, o], -1);
    };
    const both = tf.concat([tensorOf(kernel), tensorOf(recurrent)], shape.length);
    cell.kernel.assign(inOrder(both));
    if (bias) cell.bias?.assign(inOrder(tensorOf(bias)) as tf.Tensor1D);
    const [batch, nSteps] = x.shape as [number, number];
    const input = tf.reshape(tensorOf(x), [batch, nSteps, -1]) as tf.Tensor3D;
    const [got, last] = dynamicRnn(cell, input);
    expect(cell.outputShape).toEqual(outputs.shape.slice(2));
    expectClose(tf.reshape(got, outputs.shape), tensorOf(outputs), 2e-6);
    expectClose(tf.reshape(last.h, state[0]?.shape as number[]), tensorOf(state[0] as Values), 2e-6);
    expectClose(tf.reshape(last.c, state[1]?.shape as number[]), tensorOf(state[1] as Values), 2e-6);
    const [steps] = staticRnn(cell, tf.unstack(input, 1) as tf.Tensor2D[]);
    expectClose(tf.stack(steps, 1), got, 2e-6);
    cell.dispose();
  });
});

test("a cell without bias has no weight of that name, and says so where its bias is read or needed", () => {
  const plain = { ...sizes, useBias: false };
  const cells = [new BasicRNNCell(plain), new LSTMCell(plain), new GRUCell(plain), new ResetAfterGRUCell(plain)];
  for (const cell of cells) expect(Object.keys(cell.weights).filter((name) => /bias/.test(name))).toEqual([]);
  expect(() => new LSTMCell(plain).bias).toThrow(/LSTMCell: bias: expected a cell with a bias, got one with useBias/);
  expect(() => new GRUCell(plain).candidateBias).toThrow(/GRUCell: candidateBias: expected a cell with a bias/);
  const { weights } = GOLDEN["lstm.no_bias"] as Case;
  const names = ["kernel", "recurrent_kernel"];
  const arrays = weights.map(({ shape, values }, i) => [names[i], numericArray(Float32Array.from(values), shape)]);
  const load = () => fromKeras(new LSTMCell(plain), Object.fromEntries(arrays), { bias: false });
  expect(load).toThrow(/part: expected a cell with biases, .*forgetBias/); // its forgetBias of 1 cannot be taken back
});

test("ConvLSTMCell refuses wrong sizes by name", () => {
  const make = (options: object) => () =>
    new ConvLSTMCell({ inputShape: [4, 4, 1], outputChannels: 2, kernelShape: [3, 3], ...options });
  expect(make({ inputShape: [4, 1] })).toThrow(/inputShape: expected a list of 3 sizes, got \[4,1\]/);
  expect(make({ kernelShape: [] })).toThrow(/kernelShape: expected a list of 1, 2, 3 sizes/);
  expect(make({ kernelShape: [3, 0] })).toThrow(/kernelShape\[1\]: expected a whole number/);
  expect(make({ outputChannels: 0 })).toThrow(/outputChannels/);
  expect(make({ skipConnection: true })).toThrow(/options/);
});
