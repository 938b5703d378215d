import { afterEach, beforeEach, expect } from "vitest";
import { ArgumentError, type RNNCell } from "../src/rnn";
import * as tf from "../src/tf";

/** Every number of a tensor (or nested list) within `tolerance` of the expected one; NaN is never close. */
export function expectClose(actual: tf.Tensor | unknown, expected: tf.Tensor | unknown, tolerance = 1e-6): void {
  const [a, b] = [actual, expected].map(numbers) as [number[], number[]];
  if (actual instanceof tf.Tensor && expected instanceof tf.Tensor) expect(actual.shape).toEqual(expected.shape);
  expect(a.length, "number of values").toBe(b.length);
  const worst = a.reduce((most, value, i) => {
    const difference = Math.abs(value - (b[i] as number));
    return Math.max(difference, most); // NaN wins
  }, 0);
  expect(worst, `largest difference; got ${a.slice(0, 6)}…, expected ${b.slice(0, 6)}…`).toBeLessThanOrEqual(tolerance);
}

function numbers(value: unknown): number[] {
  if (value instanceof tf.Tensor) return Array.from(value.dataSync());
  return (value as unknown[]).flat(9) as number[];
}

/** The message of the ArgumentError that a call must throw. */
export function argumentErrorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error("expected an ArgumentError, nothing was thrown");
}

/** For a whole file: every tensor that a test makes is disposed when the test ends. */
export function scopeEachTest(): void {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());
}

/** A toy cell: output x + n, next state n + 1. It tells at a glance which time step made a number. */
export const counter: RNNCell<tf.Tensor2D> = {
  inputSize: 1,
  outputSize: 1,
  variables: [],
  zeroState: (batchSize) => tf.zeros([batchSize, 1]),
  call: (x, n) => [tf.add(x, n), tf.add(n, 1)],
  dispose() {},
};

/** Runs a function and expects that only `kept` more tensors live than before. */
export function expectTensors<T>(kept: number, run: () => T): T {
  const before = tf.memory().numTensors;
  const result = run();
  expect(tf.memory().numTensors - before, "tensors left behind").toBe(kept);
  return result;
}

/** Seeded uniform numbers on [−1, 1) as a tensor. */
export const uniform = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> =>
  tf.randomUniform(shape, -1, 1, "float32", seed);
