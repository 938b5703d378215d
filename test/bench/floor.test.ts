import { expect, test } from "vitest";
import { floorMs, productFlops } from "../../scripts/bench/workloads/floor.mts";

const RNN = { cell: "rnn", layers: 1, batch: 2, timeSteps: 3, inputs: 5, units: 7, outputs: 11, head: "last" } as const;

test("one layer: inputs twice, the state three times at each step, the head three times", () => {
  const [inputs, state, head] = [2 * 6 * 5 * 7, 2 * 2 * 7 * 7, 2 * 2 * 7 * 11];
  expect(productFlops(RNN)).toBe(2 * inputs + 3 * 3 * state + 3 * head);
});

test("a head on every step has a row for each", () => {
  expect(productFlops({ ...RNN, head: "every" }) - productFlops(RNN)).toBe(3 * 2 * (6 - 2) * 7 * 11);
});

test("an upper layer's inputs have a gradient", () => {
  const upper = 3 * (2 * 6 * 7 * 7) + 3 * 3 * (2 * 2 * 7 * 7);
  expect(productFlops({ ...RNN, layers: 3 }) - productFlops(RNN)).toBe(2 * upper);
});

test("an LSTM has four times a basic cell's products, a GRU three times; the head stays", () => {
  const head = 3 * 2 * 2 * 7 * 11;
  const cell = productFlops(RNN) - head;
  expect(productFlops({ ...RNN, cell: "lstm" })).toBe(4 * cell + head);
  expect(productFlops({ ...RNN, cell: "gru" })).toBe(3 * cell + head);
});

test("the floor is operations over speed, in milliseconds", () => {
  expect(floorMs(RNN, 100)).toBeCloseTo(productFlops(RNN) / 100e9 / 1e-3, 12);
});
