import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { printTrace } from "../../../src/compile/ir/print";
import { pinTransposes } from "../../../src/compile/passes/pin-transposes";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opsOf } from "../support";

scopeEachTest();

const shared = (count: number) => {
  const lines = Array.from({ length: count }, (_, i) => {
    return `%y${i}: float32[3,2] = MatMul(%x, %1) {T: float32, transpose_a: false, transpose_b: false}`;
  });
  return `
  %x: float32[3,5] = input
  %w: float32[2,5] = input
  %order: int32[2] = Const [1, 0]
  %1: float32[5,2] = Transpose(%w, %order) {T: float32, Tperm: int32}
  ${lines.join("\n  ")}
  return ${lines.map((_, i) => `%y${i}`).join(", ")}`;
};

test("pinTransposes(trace) puts a PlaceholderWithDefault behind a Transpose that four MatMuls share", () => {
  expect(`\n${printTrace(pinTransposes(parseTrace(shared(4))))}`).toMatchInlineSnapshot(`
    "
    %0: float32[3,5] = input
    %1: float32[2,5] = input
    %2: int32[2] = Const [1, 0]
    %3: float32[5,2] = Transpose(%1, %2) {T: float32, Tperm: int32}
    %4: float32[5,2] = PlaceholderWithDefault(%3) {dtype: float32, shape: shape[5,2]}
    %5: float32[3,2] = MatMul(%0, %4) {T: float32, transpose_a: false, transpose_b: false}
    %6: float32[3,2] = MatMul(%0, %4) {T: float32, transpose_a: false, transpose_b: false}
    %7: float32[3,2] = MatMul(%0, %4) {T: float32, transpose_a: false, transpose_b: false}
    %8: float32[3,2] = MatMul(%0, %4) {T: float32, transpose_a: false, transpose_b: false}
    return %5, %6, %7, %8"
  `);
});

test("pinTransposes(trace) leaves alone a Transpose that three MatMuls share", () => {
  expectText(pinTransposes(parseTrace(shared(3))), shared(3));
});

const [x, w] = [uniform<tf.Rank.R2>([3, 5], 1), uniform<tf.Rank.R2>([5, 5], 2)];

/** So many matmuls by one transposed matrix. */
const products = (count: number) => (a: tf.Tensor2D, by: tf.Tensor2D) => {
  const transposed = tf.transpose(by);
  let y = a;
  for (let i = 0; i < count; i++) y = tf.matMul(y, transposed);
  return tf.add(y, tf.sum(transposed)) as tf.Tensor2D;
};

onNative("a transposed matrix", () => {
  test.each([
    [3, 0],
    [4, 1],
    [9, 1],
  ])("that %i matmuls share is pinned %i times", (count, pinned) => {
    const ops = opsOf(() => [products(count)(x, w)], [x, w]);
    expect(ops.filter(({ name }) => name === "PlaceholderWithDefault")).toHaveLength(pinned);
    expectClose(compile(products(count))(x, w), products(count)(x, w));
  });

  test("sees every new value", () => {
    const compiled = compile(products(6));
    for (const seed of [3, 4]) {
      const next = uniform<tf.Rank.R2>([5, 5], seed);
      expectClose(compiled(x, next), products(6)(x, next));
    }
  });
});
