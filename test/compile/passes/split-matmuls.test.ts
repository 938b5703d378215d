import { expect, test } from "vitest";
import { compile, whileLoop } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { splitMatmuls } from "../../../src/compile/passes/split-matmuls";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opNames } from "../support";

scopeEachTest();

const product = (rows: number, inner: number, columns: number, transposed = false) => `
  %x: float32[${rows},${inner}] = input
  %w: float32[${transposed ? [columns, inner] : [inner, columns]}] = input
  %y: float32[${rows},${columns}] = MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: ${transposed}}
  return %y`;

test("splitMatmuls(trace) makes two products of one of few rows and a large weight", () => {
  expectText(
    splitMatmuls(parseTrace(product(2, 512, 512))),
    `
    %x: float32[2,512] = input
    %w: float32[512,512] = input
    %b: int32[2] = Const [0, 0]
    %s: int32[2] = Const [2, 256]
    %x1: float32[2,256] = Slice(%x, %b, %s) {T: float32, Index: int32}
    %b1: int32[2] = Const [0, 0]
    %s1: int32[2] = Const [256, 512]
    %w1: float32[256,512] = Slice(%w, %b1, %s1) {T: float32, Index: int32}
    %y1: float32[2,512] = MatMul(%x1, %w1) {T: float32, transpose_a: false, transpose_b: false}
    %b2: int32[2] = Const [0, 256]
    %s2: int32[2] = Const [2, 256]
    %x2: float32[2,256] = Slice(%x, %b2, %s2) {T: float32, Index: int32}
    %b3: int32[2] = Const [256, 0]
    %s3: int32[2] = Const [256, 512]
    %w2: float32[256,512] = Slice(%w, %b3, %s3) {T: float32, Index: int32}
    %y2: float32[2,512] = MatMul(%x2, %w2) {T: float32, transpose_a: false, transpose_b: false}
    %y: float32[2,512] = AddV2(%y1, %y2) {T: float32}
    return %y`,
  );
});

test.each([
  ["a product of many rows", product(32, 512, 512)],
  ["a small weight", product(1, 511, 512)],
  ["an odd number of numbers a row", product(1, 513, 512)],
  ["a weight whose rows are not aligned: its halves would be copied", product(1, 512, 520)],
  ["a transposed weight", product(1, 512, 512, true)],
])("splitMatmuls(trace) leaves alone %s", (_, text) => {
  expectText(splitMatmuls(parseTrace(text)), text);
});

onNative("a product of few rows in a while loop", () => {
  test("≡ eager; outside of a loop nothing is split", () => {
    const w = tf.variable(tf.randomNormal([512, 528], 0, 0.02, "float32", 1));
    const turns = (x: tf.Tensor) =>
      whileLoop(
        () => tf.scalar(true),
        ([now]) => ({ loopVars: [tf.tanh(tf.slice(tf.matMul(now as tf.Tensor2D, w), [0, 8], [3, 512]))] }),
        [x],
        { maximumIterations: 4 },
      ).loopVars[0] as tf.Tensor;
    const x = tf.randomNormal([3, 512], 0, 1, "float32", 2);
    const compiled = compile(turns, { variables: [w] });
    expectClose(compiled(x), turns(x), 1e-6);
    compiled.dispose();
    expect(opNames(() => tf.matMul(x as tf.Tensor2D, w), [x, w])).not.toContain("AddV2");
    w.dispose();
  });
});
