import { beforeAll, expect, test } from "vitest";
import { ArgumentError, Dense, dynamicRnn, Embedding, GRUCell, LSTMCell, summary } from "../../../src/rnn";
import { seq2seqModelOf } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { modelOf, statefulModelOf } from "../../../src/train";

beforeAll(() => tf.ready());

const cell = () => new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
const dense = () => new Dense({ inputSize: 3, outputSize: 4, seed: 2 });

const ROWS = [
  { name: "rnn/gru_cell/gates/kernel", shape: "[5, 6]", parameters: 30 },
  { name: "rnn/gru_cell/gates/bias", shape: "[6]", parameters: 6 },
  { name: "rnn/gru_cell/candidate/kernel", shape: "[5, 3]", parameters: 15 },
  { name: "rnn/gru_cell/candidate/bias", shape: "[3]", parameters: 3 },
  { name: "head/dense/kernel", shape: "[3, 4]", parameters: 12 },
  { name: "head/dense/bias", shape: "[4]", parameters: 4 },
  { name: "total", shape: "", parameters: 70 },
];

test("summary(model) has the rows of summary(parts): of modelOf and of statefulModelOf", () => {
  const parts = { rnn: cell(), head: dense() };
  const call = (x: tf.Tensor3D) => parts.head.call(dynamicRnn(parts.rnn, x)[1]);
  expect(summary(parts)).toEqual(ROWS);
  expect(summary(modelOf(parts, call))).toEqual(ROWS);
  const stateful = statefulModelOf(parts, (x: tf.Tensor3D, _training, _lengths, initialState?: tf.Tensor2D) => {
    const [outputs, state] = dynamicRnn(parts.rnn, x, { initialState });
    return { outputs, state };
  });
  expect(summary(stateful)).toEqual(ROWS);
});

test("summary of a model of encoder and decoder counts a shared embedding once", () => {
  const embedding = new Embedding({ vocabularySize: 7, embeddingSize: 2, seed: 3 });
  const [encoder, decoder, head] = [cell(), cell(), new Dense({ inputSize: 3, outputSize: 7, seed: 4 })];
  const encode = (source: tf.Tensor2D) => ({ state: dynamicRnn(encoder, embedding.call(source))[1] });
  const parts = { source: embedding, target: embedding, encoder, decoder, head };
  const model = seq2seqModelOf(parts, { encode, cell: decoder, embedding, head, begin: 1, end: 2 });
  const rows = summary(model);
  expect(rows.slice(0, 2)).toEqual([
    { name: "source/embeddings", shape: "[7, 2]", parameters: 14 },
    { name: "target/embeddings (as source/embeddings)", shape: "[7, 2]", parameters: 0 },
  ]);
  expect(rows.at(-1)).toEqual({ name: "total", shape: "", parameters: 14 + 2 * 54 + 28 });
  expect(rows.at(-1)?.parameters).toBe(model.variables.reduce((sum, { size }) => sum + size, 0));
});

test("summary(cell) and summary of a model without names number the weights; frozen weights are counted apart", () => {
  const lstm = new LSTMCell({ inputSize: 1, numUnits: 2, seed: 1 });
  lstm.kernel.trainable = false;
  expect(summary(lstm)).toEqual([
    { name: "lstm_cell/kernel", shape: "[3, 8]", parameters: 24 },
    { name: "lstm_cell/bias", shape: "[8]", parameters: 8 },
    { name: "frozen", shape: "", parameters: 24 },
    { name: "total", shape: "", parameters: 32 },
  ]);
  const own = { variables: [tf.variable(tf.zeros([2, 3]))], call: (x: tf.Tensor) => x };
  expect(summary(own)[0]).toEqual({ name: "0", shape: "[2, 3]", parameters: 6 });
});

test.each([[undefined], [null], [3], [{}], [{ head: "dense" }], ["model"]])("summary(%o) is refused", (given) => {
  expect(() => summary(given as never)).toThrow(ArgumentError);
});
