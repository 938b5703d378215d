import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { printTrace } from "../../../src/compile/ir/print";
import { padMatmuls } from "../../../src/compile/passes/pad-matmuls";
import { BasicRNNCell, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opNames, opsOf } from "../support";

scopeEachTest();

const matmul = (columns: number) => `
  %x: float32[64,70] = input
  %w: float32[70,${columns}] = input
  %1: float32[64,${columns}] = MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: false}
  return %1`;

test("padMatmuls(trace) pads a matrix of 512 columns by a cache line, and slices the output", () => {
  expect(`\n${printTrace(padMatmuls(parseTrace(matmul(512))))}`).toMatchInlineSnapshot(`
    "
    %0: float32[64,70] = input
    %1: float32[70,512] = input
    %2: int32[2,2] = Const [0, 0, 0, 16]
    %3: float32[70,528] = Pad(%1, %2) {T: float32, Tpaddings: int32}
    %4: float32[64,528] = MatMul(%0, %3) {T: float32, transpose_a: false, transpose_b: false}
    %5: int32[2] = Const 0
    %6: int32[2] = Const [64, 512]
    %7: float32[64,512] = Slice(%4, %5, %6) {T: float32, Index: int32}
    return %7"
  `);
});

test("padMatmuls(trace) leaves a matrix of 600 columns alone", () => {
  expectText(padMatmuls(parseTrace(matmul(600))), matmul(600));
});

test("padMatmuls(trace) copies a transposed factor of four matmuls once", () => {
  const line = (i: number) =>
    `%y${i}: float32[16,70] = MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: true}`;
  const before = parseTrace(`
    %x: float32[16,512] = input
    %w: float32[70,512] = input
    ${[0, 1, 2, 3].map(line).join("\n    ")}
    return %y0, %y1, %y2, %y3`);
  expect(`\n${printTrace(padMatmuls(before))}`).toMatchInlineSnapshot(`
    "
    %0: float32[16,512] = input
    %1: float32[70,512] = input
    %2: int32[2] = Const [1, 0]
    %3: float32[512,70] = Transpose(%1, %2) {T: float32, Tperm: int32}
    %4: float32[16,70] = MatMul(%0, %3) {T: float32, transpose_a: false, transpose_b: false}
    %5: float32[16,70] = MatMul(%0, %3) {T: float32, transpose_a: false, transpose_b: false}
    %6: float32[16,70] = MatMul(%0, %3) {T: float32, transpose_a: false, transpose_b: false}
    %7: float32[16,70] = MatMul(%0, %3) {T: float32, transpose_a: false, transpose_b: false}
    return %4, %5, %6, %7"
  `);
});

type Sizes = [m: number, k: number, n: number];
const PADDED = ["Pad", "MatMul", "Slice"];

onNative("a matmul whose rows are a multiple of 2 KB", () => {
  test.each<[string, Sizes, boolean, boolean, string[]]>([
    ["a matrix of 512 columns is padded", [64, 70, 512], false, false, PADDED],
    ["one of 1,024 columns too", [70, 64, 1024], false, false, PADDED],
    ["a transposed first factor is padded", [512, 64, 70], true, false, PADDED],
    ["both factors are padded", [512, 64, 512], true, false, ["Pad", "Pad", "MatMul", "Slice"]],
    ["600 columns stay as they are", [64, 70, 600], false, false, ["MatMul"]],
    ["few rows stay as they are", [8, 70, 512], false, false, ["MatMul"]],
    ["a short inner dimension stays as it is", [64, 16, 512], false, false, ["MatMul"]],
    ["a large matmul stays as it is", [1024, 64, 512], false, false, ["MatMul"]],
    ["a matmul by a transposed matrix stays as it is", [64, 512, 70], false, true, ["BatchMatMulV2"]],
    ["both transposed, of few rows, stay as they are", [64, 512, 70], true, true, ["BatchMatMulV2"]],
    ["both transposed, the first is padded", [512, 70, 100], true, true, PADDED],
    ["both transposed, as a BatchMatMulV2", [512, 512, 100], true, true, ["Pad", "BatchMatMulV2", "Slice"]],
    ["a vector stays as it is", [1, 512, 512], false, false, ["MatMul"]],
  ])("%s", (_, [m, k, n], transposeA, transposeB, ops) => {
    const a = uniform<tf.Rank.R2>(transposeA ? [k, m] : [m, k], 1);
    const b = uniform<tf.Rank.R2>(transposeB ? [n, k] : [k, n], 2);
    const product = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.div(tf.matMul(x, y, transposeA, transposeB), k);
    expectClose(compile(product)(a, b), product(a, b));
    expect(opNames(() => tf.matMul(a, b, transposeA, transposeB), [a, b])).toEqual(ops);
  });

  test("a matrix that is a factor of many matmuls is copied once, and their rows count together", () => {
    const w = uniform<tf.Rank.R2>([512, 512], 1);
    const x = uniform<tf.Rank.R2>([8, 512], 2);
    const powers = (n: number) => () => {
      let y = x;
      for (let i = 0; i < n; i++) y = tf.matMul(y, w);
      return y;
    };
    expect(opNames(powers(2), [x, w])).toEqual(["MatMul", "MatMul"]);
    expect(opNames(powers(8), [x, w]).filter((name) => name === "Pad")).toEqual(["Pad"]);
  });

  test.each([
    [70, ["PlaceholderWithDefault", "Transpose"]],
    [512, ["Pad", "Transpose"]],
  ])("a matrix of 512 columns that is a transposed factor of many matmuls is copied once: %i rows", (rows, copies) => {
    const w = uniform<tf.Rank.R2>([rows, 512], 1);
    const xs = uniform<tf.Rank.R3>([4, 16, 512], 2);
    const sum = (given: tf.Tensor3D, by: tf.Tensor2D) =>
      tf.div(tf.addN(tf.unstack(given).map((x) => tf.matMul(x as tf.Tensor2D, by, false, true))), 512);
    expectClose(compile(sum)(xs, w), sum(xs, w));
    const ops = opNames(() => sum(xs, w), [xs, w]);
    expect(ops.filter((name) => ["Transpose", "Pad", "PlaceholderWithDefault"].includes(name)).sort()).toEqual(copies);
    expect(ops.filter((name) => name.includes("MatMul"))).toEqual(new Array(4).fill("MatMul"));
  });

  test("different outputs of one op are different factors", () => {
    const both = uniform<tf.Rank.R3>([2, 64, 512], 1);
    const [x, y] = [uniform<tf.Rank.R2>([64, 64], 2), uniform<tf.Rank.R2>([64, 64], 3)];
    const sum = (given: tf.Tensor3D, a: tf.Tensor2D, b: tf.Tensor2D) => {
      const [first, second] = tf.unstack(given) as [tf.Tensor2D, tf.Tensor2D];
      return tf.div(tf.add(tf.matMul(a, first), tf.matMul(b, second)), 64);
    };
    expectClose(compile(sum)(both, x, y), sum(both, x, y));
  });

  test("a cell of 512 units has eager gradients", () => {
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 512, seed: 1 });
    const x = uniform<tf.Rank.R3>([64, 4, 3], 2);
    const loss = (given: tf.Tensor3D) => tf.mean(tf.square(dynamicRnn(cell, given)[0])) as tf.Scalar;
    const gradients = (given: tf.Tensor3D) => {
      const { grads } = tf.variableGrads(() => loss(given), cell.variables);
      return cell.variables.map(({ name }) => tf.mul(grads[name] as tf.Tensor, 1000));
    };
    const ops = opsOf(() => gradients(x), [x, ...cell.variables]);
    expect(ops.some(({ name }) => name === "Pad")).toBe(true);
    const compiled = compile(gradients, { variables: cell.variables })(x);
    gradients(x).forEach((gradient, i) => {
      expectClose(compiled[i], gradient);
    });
    cell.dispose();
  });
});
