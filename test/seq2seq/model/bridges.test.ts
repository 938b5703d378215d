import { beforeAll, expect, test } from "vitest";
import { BasicRNNCell, bidirectionalDynamicRnn, GRUCell, LSTMCell, MultiRNNCell } from "../../../src/rnn";
import { bridgeState, DenseBridge } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { argumentErrorOf } from "../../support";

beforeAll(() => tf.ready());

const lstm = (numUnits: number, seed = 1) => new LSTMCell({ inputSize: 3, numUnits, seed });
const gru = (numUnits: number, seed = 1) => new GRUCell({ inputSize: 3, numUnits, seed });
const row = (...values: number[]) => tf.tensor2d(values, [1, values.length]);
const values = (x: tf.Tensor) => [...x.dataSync()];
test("bridgeState(state, cell) keeps a state that fits, as tensors of its own", () => {
  const state = { c: row(1, 2), h: row(3, 4) };
  const made = bridgeState(state, lstm(2));
  expect([values(made.c), values(made.h)]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  tf.dispose(made);
  expect(values(state.c)).toEqual([1, 2]);
});

test("bridgeState joins the states of both directions, takes an LSTM's h for a GRU, and goes layer by layer", () => {
  const [a, b] = [
    { c: row(1), h: row(2) },
    { c: row(3), h: row(4) },
  ];
  const twice = bridgeState([a, b], lstm(2));
  expect([values(twice.c), values(twice.h)]).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(values(bridgeState([a, b], gru(2)))).toEqual([2, 4]);
  expect(values(bridgeState(a, new BasicRNNCell({ inputSize: 3, numUnits: 1 })))).toEqual([2]);
  const layers = bridgeState([a, row(5)], new MultiRNNCell([gru(1), new GRUCell({ inputSize: 1, numUnits: 1 })]));
  expect(layers.map(values)).toEqual([[2], [5]]);
});

test("bridgeState refuses what has other sizes or needs weights, and names both sizes", () => {
  expect(argumentErrorOf(() => bridgeState(row(1, 2), gru(3)))).toBe(
    "bridgeState: state: expected a state that fits a part of 3 features, or that DenseBridge makes fit, got a part of 2 features",
  );
  expect(argumentErrorOf(() => bridgeState(row(1, 2), lstm(2)))).toContain("parts of 2 and 2 features");
  expect(argumentErrorOf(() => bridgeState([row(1), row(2), row(3)], gru(3)))).toContain("DenseBridge");
});

test("DenseBridge({ from, to }) is φ([h₁, h₂, …]·W + b), split into the decoder's state", () => {
  const [fw, bw, decoder] = [lstm(2, 1), lstm(2, 2), lstm(3, 3)];
  const bridge = new DenseBridge({ from: [fw, bw], to: decoder, seed: 4 });
  const [, states] = bidirectionalDynamicRnn(fw, bw, tf.ones([2, 4, 3]));
  const made = bridge.call(states);
  const [fwd, bwd] = states;
  const joined = tf.concat2d([fwd.c, fwd.h, bwd.c, bwd.h], 1);
  const kernel = bridge.weights["dense_bridge/kernel"] as tf.Tensor2D;
  const right = tf.tanh(tf.matMul(joined, kernel));
  expect([bridge.inputSize, bridge.outputSize, kernel.shape]).toEqual([8, 6, [8, 6]]);
  expect(values(tf.concat2d([made.c, made.h], 1))).toEqual(values(right).map((value) => expect.closeTo(value, 6)));
});

test("DenseBridge takes a number of features, another activation, and any kinds of cells; it frees what it made", () => {
  const bridge = new DenseBridge({ from: 5, to: gru(2), activation: tf.relu, seed: 1 });
  const picture: tf.Tensor2D = tf.ones([4, 5]);
  const before = tf.memory().numTensors;
  const state = bridge.call(picture);
  expect([state.shape, tf.memory().numTensors]).toEqual([[4, 2], before + 1]);
  expect(Math.min(...values(state))).toBe(0);
  const stack = new MultiRNNCell([gru(2), new GRUCell({ inputSize: 2, numUnits: 4 })]);
  expect(
    new DenseBridge({ from: lstm(3), to: stack }).call({ c: row(1, 2, 3), h: row(1, 2, 3) }).map((each) => each.shape),
  ).toEqual([
    [1, 2],
    [1, 4],
  ]);
  bridge.dispose();
  expect(bridge.variables.every(({ isDisposed }) => isDisposed)).toBe(true);
});

test("DenseBridge refuses wrong options, and a state of another size", () => {
  const bridge = new DenseBridge({ from: gru(4), to: gru(2) });
  expect(argumentErrorOf(() => bridge.call(row(1, 2)))).toContain(
    "shape [batch, 4], got a float32 tensor of shape [1,2]",
  );
  expect(argumentErrorOf(() => bridge.call([]))).toContain("a state with tensors");
  expect(argumentErrorOf(() => new DenseBridge({ from: 0, to: gru(2) }))).toContain("DenseBridge: from");
  expect(argumentErrorOf(() => new DenseBridge({ from: [], to: gru(2) }))).toContain("at least one cell");
  expect(argumentErrorOf(() => new DenseBridge({ from: 3, to: {} } as never))).toContain("expected a cell");
  expect(argumentErrorOf(() => new DenseBridge({ from: 3, to: gru(2), bias: 1 } as never))).toContain("also bias");
});

test("bridgeState and DenseBridge.call refuse what is no state of one batch, where the engine would name no argument", () => {
  const cell = new GRUCell({ inputSize: 2, numUnits: 6, seed: 1 });
  const bridge = new DenseBridge({ from: 6, to: cell, seed: 2 });
  const dead = tf.zeros<tf.Rank.R2>([2, 6]);
  dead.dispose();
  const wrong: [unknown, string][] = [
    [null, "state: expected a state with tensors, got null"],
    [[tf.zeros([2, 3]), null], "state: expected a state with tensors, got a list of 2"],
    [[tf.zeros([2, 3]), tf.zeros([3, 3])], "state, its part 1: expected a float32 tensor of shape [2, features]"],
    [tf.zeros([2, 6, 1]), "state: expected a float32 tensor of shape [batch, features]"],
    [tf.zeros([2, 6], "int32"), "got an int32 tensor"],
    [dead, "got a disposed tensor"],
  ];
  for (const [state, message] of wrong) {
    expect(argumentErrorOf(() => bridgeState(state as never, cell))).toContain(message);
    expect(argumentErrorOf(() => bridge.call(state as never))).toContain(message);
  }
});
