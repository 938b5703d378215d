// Weights in CuDNN's layouts (test/golden/make_cudnn.py).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  cudnnRNNParamsToCanonical,
  fromKeras,
  fromPyTorch,
  LSTMCell,
  ResetAfterGRUCell,
  stackBidirectionalDynamicRnn,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose } from "../../support";
import { expectSame, golden, ones } from "./goldens";

beforeAll(() => tf.ready());

const read = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, `../../golden/foreign/cudnn.${name}.json`), "utf8"));
const [keras, jax] = [read("keras2"), read("jax")];
const sizes = { inputSize: 3, numUnits: 4 };

/** A golden's nested list as an array. */
function arrayOf(values: number[] | number[][]) {
  const tensor = tf.tensor(values);
  return { data: Float32Array.from(tensor.dataSync()), shape: tensor.shape };
}

/** Our order of states: an LSTM's c before h. */
const expected = ({ outputs, states }: { outputs: number[][][]; states: number[][][] }) => ({
  x: keras.x,
  outputs,
  states: states.length === 2 ? [...states].reverse() : states,
});

test.each([
  ["lstm", () => new LSTMCell(sizes)],
  ["gru", () => new ResetAfterGRUCell(sizes)],
] as const)("the opaque parameters of CuDNN's %s give the outputs of Keras", (kind, make) => {
  const params = arrayOf(keras.cases[kind].params);
  const cell = make();
  fromPyTorch(cell, cudnnRNNParamsToCanonical(params, { kind, ...sizes }));
  expectSame(cell, expected(keras.cases[kind]));
});

test("those of an LSTM of two layers in both directions give the outputs of JAX", () => {
  const { params, outputs } = jax.cases.lstm_2_layers_bidirectional;
  const options = { kind: "lstm", ...sizes, numLayers: 2, bidirectional: true } as const;
  const stateDict = cudnnRNNParamsToCanonical(arrayOf(params), options);
  const stack = (reverse: boolean) =>
    [3, 8].map((inputSize, layer) => {
      const cell = new LSTMCell({ inputSize, numUnits: 4 });
      fromPyTorch(cell, stateDict, { layer, reverse });
      return cell;
    });
  expectClose(stackBidirectionalDynamicRnn(stack(false), stack(true), tf.tensor3d(jax.x))[0], outputs, 1e-6);
});

test("the parameters of a plain RNN are PyTorch's weights, one after the other", () => {
  const { arrays } = golden("torch", "rnn_tanh");
  const names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];
  const data = Float32Array.from(names.flatMap((name) => [...(arrays[name]?.data ?? [])]));
  const stateDict = cudnnRNNParamsToCanonical({ data, shape: [data.length] }, { kind: "rnn", ...sizes });
  for (const name of names)
    expect(stateDict[name]).toMatchObject({ data: arrays[name]?.data, shape: arrays[name]?.shape });
});

test.each([
  ["CuDNNLSTM", () => new LSTMCell(sizes)],
  ["CuDNNGRU", () => new ResetAfterGRUCell(sizes)],
])("fromKeras takes the weights of Keras 2's %s", (name, make) => {
  const { weights, ...results } = keras.cases[name];
  const entries = Object.entries<number[][]>(weights).map(([key, values]) => [`layer/${key}:0`, arrayOf(values)]);
  const cell = make();
  fromKeras(cell, Object.fromEntries(entries), { prefix: "layer" });
  expectSame(cell, expected(results));
});

test("another number of parameters, another kind, and a size that is none are refused", () => {
  const take = (count: number, options = {}) =>
    cudnnRNNParamsToCanonical(ones(count), { kind: "gru", inputSize: 1, numUnits: 2, ...options });
  expect(Object.keys(take(30))).toEqual(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]);
  expect(() => take(29)).toThrow(/params: expected 30 float32 values of shape \[30\], got 29 of shape \[29\]/);
  expect(() => take(30, { numLayers: 1e9 })).toThrow(/params: expected \d+ float32 values/);
  expect(() => take(30, { kind: "LSTM" })).toThrow(/kind: expected "lstm", "gru" or "rnn", got LSTM/);
  expect(() => take(30, { numUnits: 0 })).toThrow(/numUnits: expected a whole number of at least 1, got number 0/);
  expect(() => take(30, { layers: 2 })).toThrow(/got also layers/);
});
