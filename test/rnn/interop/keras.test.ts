import { beforeAll, describe, expect, test } from "vitest";
import {
  BasicLSTMCell,
  BasicRNNCell,
  bidirectionalDynamicRnn,
  Dense,
  dynamicRnn,
  Embedding,
  exportWeights,
  fromKeras,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  ResetAfterGRUCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";
import { changed, expectSame, golden, ones } from "./goldens";

beforeAll(() => tf.ready());

const sizes = { inputSize: 3, numUnits: 4 };

describe.each(["keras2", "keras3"] as const)("%s", (library) => {
  test.each([
    ["simple_rnn", () => new BasicRNNCell(sizes)],
    ["simple_rnn_relu", () => new BasicRNNCell({ ...sizes, activation: tf.relu })],
    ["lstm", () => new LSTMCell(sizes)],
    ["lstm", () => new BasicLSTMCell({ ...sizes, forgetBias: 0 })],
    ["gru_reset_after", () => new ResetAfterGRUCell(sizes)],
    ["gru_reset_before", () => new GRUCell(sizes)],
  ])("%s gives its outputs and states here", (name, make) => {
    const [cell, expected] = [make(), golden(library, name)];
    expectTensors(0, () => fromKeras(cell, expected.arrays));
    const { states, ...rest } = expected;
    expectSame(cell, { ...rest, states: name === "lstm" ? [...states].reverse() : states });
  });

  test("fromKeras(cell, arrays, { bias: false }) takes LSTM(use_bias=False)", () => {
    const { arrays, states, ...rest } = golden(library, "lstm_no_bias");
    const cell = new LSTMCell(sizes);
    expect(() => fromKeras(cell, arrays)).toThrow(
      /one weight …bias \(or bias: false, for a layer without\), got lstm_1/,
    );
    fromKeras(cell, arrays, { bias: false });
    expectSame(cell, { ...rest, states: [...states].reverse() });
  });

  test("Bidirectional(LSTM) becomes two cells, each with its own prefix", () => {
    const { arrays, x, outputs } = golden(library, "lstm_bidirectional");
    const [fw, bw] = [new LSTMCell(sizes), new LSTMCell(sizes)];
    fromKeras(fw, arrays, { prefix: "bidirectional/forward_lstm_2" });
    fromKeras(bw, arrays, { prefix: "bidirectional/backward_lstm_2/" });
    const [both] = bidirectionalDynamicRnn(fw, bw, tf.tensor3d(x));
    expectClose(tf.concat(both, 2), outputs);
  });

  test("Dense becomes a Dense, Embedding an Embedding", () => {
    const [full, words] = [golden(library, "dense"), golden(library, "embedding")];
    const dense = new Dense({ inputSize: 3, outputSize: 2 });
    fromKeras(dense, full.arrays);
    expectClose(dense.call(tf.tensor3d(full.x)), full.outputs);
    const table = new Embedding({ vocabularySize: 7, embeddingSize: 3 });
    fromKeras(table, words.arrays);
    expectClose(table.call(tf.tensor2d(words.x, [2, 5], "int32")), words.outputs);
  });

  test("the arrays of a whole model are copied part by part, those of stacked layers with a list of prefixes", () => {
    const { arrays, x, outputs } = golden(library, "model");
    const embedding = new Embedding({ vocabularySize: 7, embeddingSize: 3 });
    const stack = new MultiRNNCell([new LSTMCell(sizes), new BasicLSTMCell({ inputSize: 4, numUnits: 4 })]);
    const head = new Dense({ inputSize: 4, outputSize: 2 });
    fromKeras(embedding, arrays, { prefix: "words" });
    fromKeras(stack, arrays, { prefix: ["lower", "upper"] });
    fromKeras(head, arrays, { prefix: "head" });
    const words = tf.tensor2d(x, [2, 5], "int32");
    const [all] = dynamicRnn(stack, embedding.call(words) as tf.Tensor3D);
    expectClose(head.call(all.slice([0, 4, 0], [2, 1, 4]).reshape([2, 4]) as tf.Tensor2D), outputs);
    expect(() => fromKeras(stack, arrays, { prefix: "lower" })).toThrow(
      /prefix: expected 2, one for each layer, got 1/,
    );
  });
});

test("a missing, ambiguous, superfluous or misshapen weight is refused by name, and nothing is changed", () => {
  const { arrays } = golden("keras2", "lstm");
  const cell = new LSTMCell(sizes);
  const before = exportWeights(cell);
  const refused = (given: typeof arrays, message: RegExp, options = {}) => {
    expectTensors(0, () => expect(() => fromKeras(cell, given, options)).toThrow(message));
    expect(exportWeights(cell)).toEqual(before);
  };
  refused(
    changed(arrays, "lstm/lstm_cell/kernel:0"),
    /arrays: expected one weight …kernel, got lstm\/lstm_cell\/bias:0/,
  );
  refused(
    changed(arrays, "", { "head/bias:0": ones(2) }),
    /one weight …bias \(a longer prefix tells them apart\), got lstm\/lstm_cell\/bias:0, head\/bias:0/,
  );
  refused(changed(arrays, "", { "lstm/step": ones(1) }), /only lstm.* under "", got also lstm\/step/);
  refused(arrays, /one weight ls\/…kernel, got lstm\/lstm_cell/, { prefix: "ls" });
  refused(arrays, /\(did you mean lstm\?\)$/, { prefix: "lstn" });
  refused({ ...arrays, "lstm/lstm_cell/bias:0": ones(2, 16) }, /bias:0: .* shape \[16\], got shape \[2, 16\]/);
  const whole = { data: new Int32Array(16), shape: [16], dtype: "I32" as const };
  refused({ ...arrays, "lstm/lstm_cell/bias:0": whole }, /bias:0: expected float32 values/);
  refused(arrays, /got also lstm\/lstm_cell\/bias:0/, { bias: false });
  fromKeras(cell, arrays, { prefix: "lstm/lstm_cell" });
});

test("a GRU of the other kind is refused by its bias's shape; so is an LSTM with numProj, which Keras lacks", () => {
  const [after, before] = [golden("keras3", "gru_reset_after").arrays, golden("keras3", "gru_reset_before").arrays];
  expect(() => fromKeras(new GRUCell(sizes), after)).toThrow(/shape \[12\], got shape \[2, 12\]/);
  expect(() => fromKeras(new ResetAfterGRUCell(sizes), before)).toThrow(/shape \[2, 12\], got shape \[12\]/);
  const projected = new LSTMCell({ ...sizes, numProj: 2 });
  expect(() => fromKeras(projected, golden("keras3", "lstm").arrays)).toThrow(/without a projection/);
});
