import { beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { type Pooling, poolOverTime } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose } from "../../support";

beforeAll(() => tf.ready());

/** Two sequences of two features; after the ends is what must not count. */
const padded = (padding: number): tf.Tensor3D =>
  tf.tensor3d([
    [
      [1, -4],
      [3, -2],
      [2, -6],
    ],
    [
      [-1, 5],
      [padding, padding],
      [padding, padding],
    ],
  ]);

const POOLED = {
  max: [
    [3, -2],
    [-1, 5],
  ],
  mean: [
    [2, -4],
    [-1, 5],
  ],
  sum: [
    [6, -12],
    [-1, 5],
  ],
} as const;
const KINDS = Object.keys(POOLED) as Pooling[];

test.each(KINDS)('poolOverTime(x, "%s", { sequenceLength }) leaves padding out, whatever it holds', (kind) => {
  for (const padding of [0, 100, -100, Number.NaN, Number.POSITIVE_INFINITY]) {
    expectClose(poolOverTime(padded(padding), kind, { sequenceLength: [3, 1] }), POOLED[kind]);
  }
});

test.each(KINDS)('poolOverTime(x, "%s") without lengths counts every step; without live steps it gives 0', (kind) => {
  const first = tf.slice(padded(0), [0, 0, 0], [1, 3, 2]);
  expectClose(poolOverTime(first, kind), [POOLED[kind][0]]);
  expectClose(poolOverTime(first, kind, { sequenceLength: [0] }), [[0, 0]]);
});

test.each([
  [
    "max",
    [
      [0, 0],
      [1, 1],
      [0, 0],
    ],
  ], // the second step has both largest values
  [
    "mean",
    [
      [1 / 3, 1 / 3],
      [1 / 3, 1 / 3],
      [1 / 3, 1 / 3],
    ],
  ],
  [
    "sum",
    [
      [1, 1],
      [1, 1],
      [1, 1],
    ],
  ],
] as const)('the gradient of "%s" reaches the live steps that made it, and no padding', (kind, expected) => {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(poolOverTime(x as tf.Tensor3D, kind, { sequenceLength: [3, 1] })))(
    padded(Number.NaN),
  );
  expectClose(gradient, [
    expected,
    [
      [1, 1],
      [0, 0],
      [0, 0],
    ],
  ]);
});

onNative("compiled", () => {
  test.each(KINDS)('values and gradients of "%s" are the eager ones, and the lengths may be a tensor', (kind) => {
    const both = (x: tf.Tensor3D, lengths: tf.Tensor1D) => {
      const pool = (input: tf.Tensor) => poolOverTime(input as tf.Tensor3D, kind, { sequenceLength: lengths });
      return [pool(x), tf.grad((input: tf.Tensor) => tf.sum(tf.square(pool(input))))(x)];
    };
    const [x, lengths] = [padded(7), tf.tensor1d([2, 0], "int32")];
    const compiled = compile(both, { variables: [] })(x, lengths);
    both(x, lengths).forEach((eager, i) => {
      expectClose(compiled[i] as tf.Tensor, eager.arraySync() as number[][]);
    });
  });
});

test("poolOverTime keeps no tensors, and refuses wrong arguments", () => {
  const x = padded(0);
  const before = tf.memory().numTensors;
  poolOverTime(x, "max", { sequenceLength: [3, 1] }).dispose();
  expect(tf.memory().numTensors).toBe(before);
  // @ts-expect-error: the type refuses it too
  expect(() => poolOverTime(x, "min")).toThrow('pooling: expected "max", "mean" or "sum"');
  // @ts-expect-error: the type refuses it too
  expect(() => poolOverTime(tf.zeros([2, 3]), "max")).toThrow("poolOverTime: x: expected");
  expect(() => poolOverTime(x, "max", { sequenceLength: [3] })).toThrow("sequenceLength: expected 2 lengths");
  expect(() => poolOverTime(x, "max", { sequenceLength: [4, 1] })).toThrow("sequenceLength[0]: expected 0 to 3");
});
