import { beforeAll, expect, test } from "vitest";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";
import { expectTensors, uniform } from "../support";

beforeAll(() => tf.ready());

const matrix = (rows: number, columns: number) => uniform<tf.Rank.R2>([rows, columns], rows + columns);
const vector = (size: number) => uniform<tf.Rank.R1>([size], size);

test.each([
  ["basicRnnStep", 1, () => rnn.basicRnnStep({ kernel: W(5, 3), bias: V(3) }, X, H)],
  ["gruStep", 1, () => rnn.gruStep(GRU, X, H)],
  ["resetAfterGruStep", 1, () => rnn.resetAfterGruStep(RESET_AFTER, X, H)],
  ["lstmStep", 2, () => rnn.lstmStep([H, H, H, H], { c: H }, { cellClip: 1, project: (m) => tf.matMul(m, W(3, 3)) })],
  ["layerNorm", 1, () => rnn.layerNorm(H, V(3), V(3))],
] as [string, number, () => unknown][])("%s leaks no tensor but its results", (_, kept, run) => {
  prepare();
  expectTensors(kept, run);
});

// Created once, after the engine is ready.
const made = new Map<string, tf.Tensor>();
const once = <T extends tf.Tensor>(key: string, make: () => T): T => {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
};
const W = (rows: number, columns: number) => once(`W ${rows} ${columns}`, () => matrix(rows, columns));
const V = (size: number) => once(`V ${size}`, () => vector(size));
let X: tf.Tensor2D;
let H: tf.Tensor2D;
let GRU: rnn.GRUWeights;
let RESET_AFTER: rnn.ResetAfterGRUWeights;
function prepare(): void {
  X = W(4, 2);
  H = W(4, 3);
  const gates = { gatesKernel: W(5, 6), gatesBias: V(6) };
  GRU = { ...gates, candidateKernel: W(5, 3), candidateBias: V(3) };
  RESET_AFTER = { ...gates, inputKernel: W(2, 3), inputBias: V(3), hiddenKernel: W(3, 3), hiddenBias: V(3) };
  V(3);
  W(5, 3);
  W(3, 3);
}

test("the caller owns an unroller's results: the state outlives the outputs, the initial state the state", () => {
  const cell = new rnn.BasicRNNCell({ inputSize: 2, numUnits: 3 });
  const [outputs, state] = rnn.staticRnn(cell, [W(4, 2)]);
  tf.dispose(outputs);
  expect(state.isDisposed).toBe(false);
  const keeper = rnn.functionCell({ inputSize: 2, outputSize: 2, stateSize: 3, call: (x, h) => [x, h] });
  const initialState = tf.ones([4, 3]) as tf.Tensor2D;
  rnn.dynamicRnn(keeper, tf.zeros([4, 5, 2]), { initialState })[1].dispose();
  expect(initialState.isDisposed).toBe(false);
});

test("a long run without gradients keeps no intermediate tensor of a step", () => {
  const cell = new rnn.LSTMCell({ inputSize: 2, numUnits: 3 });
  const x = tf.zeros([4, 200, 2]) as tf.Tensor3D;
  let most = 0;
  const watched = rnn.functionCell<rnn.LSTMState>({
    inputSize: 2,
    outputSize: 3,
    stateSize: { c: 3, h: 3 },
    call: (input, state) => {
      most = Math.max(most, tf.memory().numTensors);
      return cell.call(input, state);
    },
  });
  const before = tf.memory().numTensors;
  rnn.dynamicRnn(watched, x);
  expect(most - before).toBeLessThan(200 + 3 * 200 + 50); // inputs, outputs, states, and one step
});

test("a disposed cell, a batch size of 0, and a `training` without seed and step are refused by name", () => {
  const cell = new rnn.GRUCell({ inputSize: 2, numUnits: 3 });
  const x = tf.zeros([1, 2, 2]) as tf.Tensor3D;
  expect(() => cell.zeroState(0)).toThrow(/batchSize: expected a whole number of at least 1/);
  expect(() => cell.zeroState(1.5)).toThrow(/batchSize/);
  for (const training of [true, {}, { seed: 0.7, step: 1 }, { seed: 1, step: -1 }]) {
    expect(() => rnn.dynamicRnn(cell, x, { training: training as rnn.Training })).toThrow(/training\.(seed|step)/);
  }
  expect(() => rnn.dynamicRnn(cell, x, { sequenceLength: 0 as never })).toThrow(/sequenceLength/);
  cell.dispose();
  expect(() => rnn.dynamicRnn(cell, x)).toThrow(/cell: expected a cell with its weights, got a disposed cell/);
});
