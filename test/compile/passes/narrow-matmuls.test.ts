import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { narrowMatmuls } from "../../../src/compile/passes/narrow-matmuls";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opNames } from "../support";

scopeEachTest();

const product = (columns: number, op: string) => `
  %x: float32[3,${columns}] = input
  %w: float32[4,${columns}] = input
  %1: float32[3,4] = ${op}
  return %1`;
const batch = "BatchMatMulV2(%x, %w) {T: float32, adj_x: false, adj_y: true}";

test("narrowMatmuls(trace) makes a MatMul by a transposed matrix of 256 columns", () => {
  const after = product(256, "MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: true}");
  expectText(narrowMatmuls(parseTrace(product(256, batch))), after);
});

test("narrowMatmuls(trace) leaves alone a BatchMatMulV2 by a transposed matrix of 257 columns", () => {
  expectText(narrowMatmuls(parseTrace(product(257, batch))), product(257, batch));
});

onNative("at its own sizes", () => {
  test.each([
    [2, false, "MatMul"],
    [256, true, "MatMul"],
    [300, false, "BatchMatMulV2"],
    [300, true, "BatchMatMulV2"],
  ])("a product by a transposed matrix of %i columns, of one transposed: %s, is a %s", (columns, transposeA, op) => {
    const a = uniform<tf.Rank.R2>(transposeA ? [columns, 3] : [3, columns], 1);
    const b = uniform<tf.Rank.R2>([4, columns], 2);
    const product = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.div(tf.matMul(x, y, transposeA, true), columns);
    expectClose(compile(product)(a, b), product(a, b));
    expect(opNames(() => tf.matMul(a, b, transposeA, true), [a, b])).toEqual([op]);
  });
});
