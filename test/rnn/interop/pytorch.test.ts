import { beforeAll, expect, test } from "vitest";
import {
  BasicLSTMCell,
  BasicRNNCell,
  bidirectionalDynamicRnn,
  Dense,
  DropoutWrapper,
  dynamicRnn,
  Embedding,
  exportWeights,
  fromPyTorch,
  GRUCell,
  LayerNormBasicLSTMCell,
  LSTMCell,
  MultiRNNCell,
  OutputProjectionWrapper,
  ResetAfterGRUCell,
  stackBidirectionalDynamicRnn,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";
import { changed, expectSame, golden, ones } from "./goldens";

beforeAll(() => tf.ready());

const sizes = { inputSize: 3, numUnits: 4 };
const above = { inputSize: 4, numUnits: 4 };

test.each([
  ["rnn_tanh", () => new BasicRNNCell(sizes)],
  ["rnn_relu", () => new BasicRNNCell({ ...sizes, activation: tf.relu })],
  ["lstm", () => new LSTMCell(sizes)],
  ["lstm", () => new BasicLSTMCell(sizes)],
  ["lstm", () => new LSTMCell({ ...sizes, forgetBias: 0 })],
  ["lstm", () => new LSTMCell({ ...sizes, forgetBias: -2.5 })],
  ["lstm_proj", () => new LSTMCell({ ...sizes, numProj: 2 })],
  ["gru", () => new ResetAfterGRUCell(sizes)],
  ["rnn_cell", () => new BasicRNNCell(sizes)],
  ["lstm_cell", () => new LSTMCell(sizes)],
  ["gru_cell", () => new ResetAfterGRUCell(sizes)],
  ["lstm_weight_norm", () => new LSTMCell(sizes)],
  ["gru_weight_norm", () => new ResetAfterGRUCell(sizes)],
  ["gru_2_layers", () => new MultiRNNCell([new ResetAfterGRUCell(sizes), new ResetAfterGRUCell(above)])],
])("torch.nn.%s gives its outputs and states here", (name, make) => {
  const [cell, expected] = [make(), golden("torch", name)];
  expectTensors(0, () => fromPyTorch(cell, expected.arrays));
  const { states, ...rest } = expected;
  expectSame(cell, { ...rest, states: name.startsWith("lstm") ? [...states].reverse() : states });
});

test("torch.nn.LSTM(num_layers=2) becomes a MultiRNNCell, whole or layer by layer, its cells wrapped or not", () => {
  const { arrays, x, outputs, states } = golden("torch", "lstm_2_layers");
  const [h, c] = states;
  const expected = [c[0], h[0], c[1], h[1]];
  const stack = new MultiRNNCell([
    new DropoutWrapper(new LSTMCell(sizes), { outputKeepProb: 0.5 }),
    new BasicLSTMCell(above),
  ]);
  fromPyTorch(stack, arrays);
  expectSame(stack, { x, outputs, states: expected });
  const [lower, upper] = [new LSTMCell(sizes), new LSTMCell(above)];
  fromPyTorch(lower, arrays, { layer: 0 });
  fromPyTorch(upper, arrays, { layer: 1 });
  expectSame(new MultiRNNCell([lower, upper]), { x, outputs, states: expected });
});

test("torch.nn.LSTM(bidirectional=True) becomes two cells, the backward one with reverse: true", () => {
  const { arrays, x, outputs } = golden("torch", "lstm_bidirectional");
  const [fw, bw] = [new LSTMCell(sizes), new LSTMCell(sizes)];
  fromPyTorch(fw, arrays, { reverse: false });
  fromPyTorch(bw, arrays, { reverse: true });
  const [both] = bidirectionalDynamicRnn(fw, bw, tf.tensor3d(x));
  expectClose(tf.concat(both, 2), outputs);
});

test("torch.nn.GRU(num_layers=2, bidirectional=True) becomes two stacks, one for each direction", () => {
  const { arrays, x, outputs } = golden("torch", "gru_2_layers_bidirectional");
  const make = () => [new ResetAfterGRUCell(sizes), new ResetAfterGRUCell({ inputSize: 8, numUnits: 4 })];
  const [forward, backward] = [make(), make()];
  for (const layer of [0, 1]) {
    fromPyTorch(forward[layer] as ResetAfterGRUCell, arrays, { layer, reverse: false });
    fromPyTorch(backward[layer] as ResetAfterGRUCell, arrays, { layer, reverse: true });
  }
  expectClose(stackBidirectionalDynamicRnn(forward, backward, tf.tensor3d(x))[0], outputs, 1e-6);
});

test("torch.nn.LSTMCell is one cell: a stack, layer or reverse is refused", () => {
  const { arrays } = golden("torch", "lstm_cell");
  const stack = new MultiRNNCell([new LSTMCell(sizes), new LSTMCell(above)]);
  expect(() => fromPyTorch(stack, arrays)).toThrow(/part: expected one cell, .*, got a stack of 2/);
  expect(() => fromPyTorch(new LSTMCell(sizes), arrays, { layer: 1 })).toThrow(/got one with `layer` or `reverse`/);
  fromPyTorch(
    new LSTMCell(sizes),
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`cells.0.${name}`, array])),
    { prefix: "cells.0" },
  );
});

test("weight_norm: a part that is missing, has another shape, or stands beside its weight is refused by name", () => {
  const { arrays, x, outputs } = golden("torch", "linear_weight_norm");
  const dense = new Dense({ inputSize: 3, outputSize: 2 });
  fromPyTorch(dense, arrays);
  expectClose(dense.call(tf.tensor3d(x)), outputs, 1e-6);
  const [g, v] = ["parametrizations.weight.original0", "parametrizations.weight.original1"];
  const lacks = /a weight named weight, got bias, parametrizations.weight.original/;
  expect(() => fromPyTorch(dense, changed(arrays, v))).toThrow(lacks);
  expect(() => fromPyTorch(dense, { ...arrays, [g]: ones(3, 1) })).toThrow(lacks);
  expect(() => fromPyTorch(dense, { ...arrays, weight: ones(2, 3) })).toThrow(
    /got also parametrizations.weight.original0/,
  );
  fromPyTorch(dense, { weight_g: ones(1, 1), weight_v: ones(2, 3), bias: ones(2) }); // dim=None of one axis more
  expectClose(dense.kernel, tf.fill([3, 2], 1 / Math.sqrt(6)).arraySync(), 1e-6);
});

test("{ bias: false } takes torch.nn.LSTM(bias=False): each bias becomes 0, the forget gate's −forgetBias", () => {
  const { arrays, ...expected } = golden("torch", "lstm_no_bias");
  const cell = new LSTMCell(sizes);
  expect(() => fromPyTorch(cell, arrays)).toThrow(/a weight named bias_ih_l0 \(or bias: false, .*\), got weight_/);
  fromPyTorch(cell, arrays, { bias: false });
  expectSame(cell, { ...expected, states: [...expected.states].reverse() });
  expect([...cell.bias.dataSync()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0]);
});

test("torch.nn.Linear becomes a Dense, torch.nn.Embedding an Embedding", () => {
  const [linear, embedding] = [golden("torch", "linear"), golden("torch", "embedding")];
  const dense = new Dense({ inputSize: 3, outputSize: 2 });
  fromPyTorch(dense, linear.arrays);
  expectClose(dense.call(tf.tensor3d(linear.x)), linear.outputs);
  const table = new Embedding({ vocabularySize: 7, embeddingSize: 3 });
  fromPyTorch(table, embedding.arrays);
  expectClose(table.call(tf.tensor2d(embedding.x, [2, 5], "int32")), embedding.outputs);
  fromPyTorch(dense, { weight: ones(2, 3) }, { bias: false });
  expect([...dense.bias.dataSync()]).toEqual([0, 0]);
});

test("a whole model's state dict is copied part by part, by the prefix of each module", () => {
  const { arrays, x, outputs } = golden("torch", "model");
  const embedding = new Embedding({ vocabularySize: 7, embeddingSize: 3 });
  const cell = new ResetAfterGRUCell(sizes);
  const head = new Dense({ inputSize: 4, outputSize: 2 });
  fromPyTorch(embedding, arrays, { prefix: "embedding" });
  fromPyTorch(cell, arrays, { prefix: "encoder.rnn" });
  fromPyTorch(head, arrays, { prefix: "head." });
  const words = tf.tensor2d(x, [2, 5], "int32");
  expectClose(head.call(dynamicRnn(cell, embedding.call(words) as tf.Tensor3D)[1]), outputs);
});

test("a weight that is missing, superfluous, or of another shape or type is refused, and nothing is changed", () => {
  const { arrays } = golden("torch", "gru_2_layers");
  const stack = new MultiRNNCell([new ResetAfterGRUCell(sizes), new ResetAfterGRUCell(above)]);
  const before = exportWeights(stack);
  const refused = (given: typeof arrays, message: RegExp, options = {}) => {
    expectTensors(0, () => expect(() => fromPyTorch(stack, given, options)).toThrow(message));
    expect(exportWeights(stack)).toEqual(before);
  };
  refused(changed(arrays, "weight_hh_l1"), /stateDict: expected a weight named weight_hh_l1, got /);
  refused(changed(arrays, "", { extra: ones(1) }), /expected only .*, got also extra/);
  refused(changed(arrays, "", { weight_hr_l1: ones(2, 4) }), /got also weight_hr_l1/, { layer: 0 });
  refused(changed(arrays, "", { weight_ih_l2: ones(12, 4) }), /`layer` and `reverse` .*, got also weight_ih_l2/);
  refused(
    { ...arrays, bias_ih_l1: ones(16) },
    /bias_ih_l1: expected float32 values of shape \[12\], got shape \[16\] with 16 float32 values/,
  );
  const whole = { data: new Int32Array(12), shape: [12], dtype: "I32" as const };
  refused({ ...arrays, bias_ih_l1: whole }, /bias_ih_l1: expected float32 .* with Int32Array/);
  refused({ ...arrays, bias_ih_l1: { ...ones(12), data: new Float32Array(11) } }, /with 11 float32 values/);
  refused({ ...arrays, bias_ih_l1: undefined as never }, /bias_ih_l1: .* with no values/);
  refused(arrays, /a weight named encoder\.weight_ih_l0, got (weight|bias)_/, { prefix: "encoder" });
  refused(arrays, /weight_ih_l1: .* shape \[12, 3\], got shape \[12, 4\]/, { layer: 1 });
  refused(arrays, /a weight named weight_ih_l2, got/, { layer: 2 });
  refused(arrays, /a weight named weight_ih_l0_reverse/, { reverse: true });
  refused(arrays, /layer: expected a whole number/, { layer: -1 });
  refused(arrays, /got also bias/, { bias: false });
  fromPyTorch(stack, arrays);
});

test("a module with several layers or directions needs `layer` or `reverse`", () => {
  const [both, two] = [golden("torch", "lstm_bidirectional").arrays, golden("torch", "lstm_2_layers").arrays];
  const cell = new LSTMCell(sizes);
  expect(() => fromPyTorch(cell, both)).toThrow(/`layer` and `reverse` choose among several\), got also .*_reverse/);
  expect(() => fromPyTorch(cell, both, { layer: 0 })).toThrow(/got also .*_reverse/);
  expect(() => fromPyTorch(cell, two)).toThrow(/got also .*_l1/);
  expect(() => fromPyTorch(cell, two, { reverse: false })).toThrow(/got also .*_l1/);
});

test("a part that PyTorch does not have, or whose weights are disposed, is refused", () => {
  const { arrays } = golden("torch", "gru");
  const basic = new BasicRNNCell(sizes);
  expect(() => fromPyTorch(new GRUCell(sizes), arrays)).toThrow(/expected a ResetAfterGRUCell, .*, got a GRUCell/);
  expect(() => fromPyTorch(new LayerNormBasicLSTMCell(sizes), arrays)).toThrow(/part: .*got LayerNormBasicLSTMCell/);
  expect(() => fromPyTorch(new OutputProjectionWrapper(basic, 2), arrays)).toThrow(/got OutputProjectionWrapper/);
  const peepholes = new LSTMCell({ ...sizes, usePeepholes: true });
  expect(() => fromPyTorch(peepholes, golden("torch", "lstm").arrays)).toThrow(/got an LSTMCell with peepholes/);
  basic.dispose();
  expect(() => fromPyTorch(basic, golden("torch", "rnn_tanh").arrays)).toThrow(/a disposed cell/);
});

test("a prefix with another letter gets the one that is meant", () => {
  const { arrays } = golden("torch", "model");
  const cell = new ResetAfterGRUCell(sizes);
  expect(() => fromPyTorch(cell, arrays, { prefix: "encoder.rnm" })).toThrow(/\(did you mean encoder.rnn\?\)/);
  expect(() => fromPyTorch(cell, arrays, { prefix: "encoder" })).toThrow(/got encoder.rnn.bias_hh_l0, [^(]*$/);
});
