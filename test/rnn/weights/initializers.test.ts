import { beforeAll, expect, test } from "vitest";
import * as init from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";

beforeAll(() => tf.ready());

const spread = (x: tf.Tensor) => Math.sqrt(tf.mean(tf.square(tf.sub(x, tf.mean(x)))).dataSync()[0] as number);
const shape: [number, number] = [300, 200];

test.each([
  ["glorotUniform", init.glorotUniform, Math.sqrt(2 / 500)],
  ["glorotNormal", init.glorotNormal, Math.sqrt(2 / 500)],
  ["heNormal", init.heNormal, Math.sqrt(2 / 300)],
  ["heUniform", init.heUniform, Math.sqrt(2 / 300)],
  [
    "varianceScaling fanOut",
    init.varianceScaling({ mode: "fanOut", distribution: "untruncatedNormal" }),
    Math.sqrt(1 / 200),
  ],
  ["randomUniform", init.randomUniform(-1, 1), Math.sqrt(1 / 3)],
  ["randomNormal", init.randomNormal(0, 2), 2],
])("%s has its standard deviation, and its seed fixes it", (_, make, expected) => {
  const values = make<tf.Rank.R2>(shape, 7);
  expect(Math.abs(spread(values) / expected - 1)).toBeLessThan(0.02);
  expectClose(make<tf.Rank.R2>(shape, 7), values, 0);
});

test("zerosInitializer and onesInitializer fill the shape with any seed", () => {
  expectClose(
    init.zerosInitializer([2, 3], 7),
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    0,
  );
  expectClose(init.onesInitializer([3]), [1, 1, 1], 0);
});

test("seed 0 gives the same values at every call", () => {
  for (const make of [
    init.glorotUniform,
    init.heNormal,
    init.randomNormal(),
    init.truncatedNormal(),
    init.orthogonal(),
  ]) {
    expectClose(make<tf.Rank.R2>([4, 4], 0), make<tf.Rank.R2>([4, 4], 0), 0);
  }
});

test("truncatedNormal draws again beyond two standard deviations", () => {
  expect(tf.max(tf.abs(init.truncatedNormal(0, 3)(shape, 1))).dataSync()[0]).toBeLessThanOrEqual(6);
});

test.each([[[4, 9]], [[9, 4]], [[5, 5]]] as [[number, number]][])(
  "orthogonal %s has orthonormal rows or columns",
  (size) => {
    const q = expectTensors(1, () => init.orthogonal(2)<tf.Rank.R2>(size, 3));
    const small = size[0] < size[1] ? tf.matMul(q, q, false, true) : tf.matMul(q, q, true, false);
    expectClose(small, tf.mul(tf.eye(Math.min(...size)), 4), 1e-5);
    expectClose(init.orthogonal(2)<tf.Rank.R2>(size, 3), q, 0);
  },
);

test("orthogonal()([5]) and orthogonal()([]) are refused, as TensorFlow does: a vector has no rows", () => {
  expect(() => init.orthogonal()<tf.Rank.R1>([5])).toThrow(/orthogonal: shape: expected at least two sizes, got \[5\]/);
  expect(() => init.orthogonal()<tf.Rank.R0>([])).toThrow(/orthogonal: shape/);
});
