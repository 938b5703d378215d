import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { hardmax, monotonicAttention, safeCumprod } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest } from "../../support";

type Rows = number[][];
interface Probabilities {
  readonly p: Rows;
  readonly previous: Rows;
  readonly binary: Rows;
  readonly oneHot: Rows;
  readonly hard: Rows;
  readonly recursive: { attention: Rows; gradients: Rows[] };
  readonly parallel: { attention: Rows; gradients: Rows[] };
  readonly cumprod: { x: Rows; inclusive: Rows; exclusive: Rows };
  readonly hardmax: { x: Rows; y: Rows };
}

const file = join(__dirname, "../../golden/attention/attention.json");
const golden = (JSON.parse(readFileSync(file, "utf8")) as { probabilities: Probabilities }).probabilities;

beforeAll(() => tf.ready());
scopeEachTest();

test.each(["recursive", "parallel"] as const)(
  "monotonicAttention(p, previous, %j) is TensorFlow Addons', with gradients",
  (mode) => {
    const [p, previous] = [tf.tensor2d(golden.p), tf.tensor2d(golden.previous)];
    const attention = expectTensors(1, () => monotonicAttention(p, previous, mode));
    expectClose(attention, golden[mode].attention);
    const weigh = tf.range(1, 8);
    const loss = (a: tf.Tensor, b: tf.Tensor) =>
      tf.sum(tf.mul(monotonicAttention(a as tf.Tensor2D, b as tf.Tensor2D, mode), weigh)) as tf.Scalar;
    const found = tf.grads((...given) => loss(given[0] as tf.Tensor, given[1] as tf.Tensor))([p, previous]);
    for (const [i, gradient] of found.entries()) expectClose(gradient, golden[mode].gradients[i], 2e-5);
  },
);

test("the hard mode takes the first place from the last one on whose p is 1", () => {
  const attention = monotonicAttention(tf.tensor2d(golden.binary), tf.tensor2d(golden.oneHot), "hard");
  expectClose(attention, golden.hard, 0);
  expectClose(attention, [0, 0, 0, 1, 0, 0, 0].concat([0, 0, 1, 0, 0, 0, 0]), 0);
});

test("with p of 0 and 1 recursive ≡ hard; parallel loses what passes a p of 1 before the last place, as TensorFlow Addons' does", () => {
  const [p, previous] = [tf.tensor2d(golden.binary), tf.tensor2d(golden.oneHot)];
  expectClose(monotonicAttention(p, previous, "recursive"), golden.hard);
  expectClose(monotonicAttention(p, previous, "parallel"), [golden.hard[0], [0, 0, 0, 0, 0, 0, 0]]);
});

test("safeCumprod(x, { exclusive }) is TensorFlow Addons', zeros and values above 1 included", () => {
  const x = tf.tensor2d(golden.cumprod.x);
  expectClose(safeCumprod(x), golden.cumprod.inclusive);
  expectClose(safeCumprod(x, { exclusive: true }), golden.cumprod.exclusive);
});

test("hardmax(logits) is 1 at the first of the largest values", () => {
  expectClose(hardmax(tf.tensor2d(golden.hardmax.x)), golden.hardmax.y, 0);
});

test("monotonicAttention refuses an unknown mode, and alignments of another shape", () => {
  const p = tf.tensor2d(golden.p);
  expect(() => monotonicAttention(p, p, "soft" as never)).toThrow(/mode: expected "parallel".*got string soft/);
  expect(() => monotonicAttention(p, p, "toString" as never)).toThrow(/mode: expected/);
  expect(() => monotonicAttention(p, tf.ones([2, 6]), "hard")).toThrow(/previous: expected .*\[2, 7\], got .*\[2,6\]/);
});
