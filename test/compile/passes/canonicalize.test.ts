import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { canonicalize } from "../../../src/compile/passes/canonicalize";
import { BasicRNNCell, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opNames, opsOf } from "../support";

scopeEachTest();

test("canonicalize(trace) removes what changes nothing, and makes a MatMul of a BatchMatMulV2 of two matrices", () => {
  const before = parseTrace(`
    %x: float32[2,3] = input
    %w: float32[3,4] = input
    %shape: int32[2] = Const [2, 3]
    %order: int32[2] = Const [0, 1]
    %ones: float32[2,3] = Const 1
    %1: float32[2,3] = Reshape(%x, %shape) {T: float32, Tshape: int32}
    %2: float32[2,3] = Cast(%1) {SrcT: float32, DstT: float32, Truncate: false}
    %3: float32[2,3] = Transpose(%2, %order) {T: float32, Tperm: int32}
    %4: float32[2,3] = Mul(%3, %ones) {T: float32}
    %5: float32[2,3] = Identity(%4) {T: float32}
    %6: float32[2,4] = BatchMatMulV2(%5, %w) {T: float32, adj_x: false, adj_y: false}
    return %6`);
  expectText(
    canonicalize(before),
    `
    %x: float32[2,3] = input
    %w: float32[3,4] = input
    %1: float32[2,4] = MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: false}
    return %1`,
  );
});

test("canonicalize(trace) leaves alone what changes something, and a BatchMatMulV2 whose second factor is transposed", () => {
  const trace = `
    %x: float32[2,3] = input
    %w: float32[4,6] = input
    %shape: int32[2] = Const [1, 6]
    %two: float32[] = Const 2
    %1: float32[1,6] = Reshape(%x, %shape) {T: float32, Tshape: int32}
    %2: float32[1,6] = Mul(%1, %two) {T: float32}
    %3: float32[1,4] = BatchMatMulV2(%2, %w) {T: float32, adj_x: false, adj_y: true}
    return %3`;
  expectText(canonicalize(parseTrace(trace)), trace);
});

onNative("a captured graph is lean", () => {
  test("what changes nothing is left out: reshapes and casts to the same, factors of 1", () => {
    const x = uniform([2, 3], 1);
    const same = () => [tf.mul(tf.cast(tf.reshape(tf.neg(x), [2, 3]), "float32"), tf.ones([2, 3]))];
    expect(opsOf(same, [x]).map(({ name }) => name)).toEqual(["Neg"]);
    const other = () => [tf.mul(tf.reshape(tf.neg(x), [3, 2]), tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]))];
    expect(opNames(other, [x])).toEqual(["Neg", "Reshape", "Mul"]);
  });

  test("a product of two matrices is one MatMul", () => {
    const [a, b] = [uniform<tf.Rank.R2>([2, 2], 1), uniform<tf.Rank.R2>([2, 2], 2)];
    for (const transposeA of [false, true]) {
      const product = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y, transposeA);
      expectClose(compile(product)(a, b), product(a, b));
      expect(opsOf(() => product(a, b), [a, b]).map(({ name }) => name)).toEqual(["MatMul"]);
    }
  });

  test.each([
    ["tanh", tf.tanh],
    ["relu", tf.relu],
  ])(
    "a basic cell with %s takes three operations a time step in the forward pass, and three in the backward pass",
    (_, activation) => {
      const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, activation });
      const count = (steps: number) => {
        const x = tf.ones<tf.Rank.R3>([2, steps, 2]);
        const run = () => {
          const { grads } = tf.variableGrads(() => tf.sum(dynamicRnn(cell, x)[0]) as tf.Scalar, cell.variables);
          return cell.variables.map(({ name }) => grads[name] as tf.Tensor);
        };
        return opsOf(run, [x, ...cell.variables]).length;
      };
      expect(count(7) - count(6)).toBe(6);
    },
  );

  test.each([
    ["tanh", tf.tanh],
    ["sigmoid", tf.sigmoid],
    ["relu", tf.relu],
  ])("%s: first and second derivatives ≡ eager", (_, activation) => {
    const slope = (x: tf.Tensor) => tf.grad((given: tf.Tensor) => tf.square(activation(given)))(x);
    const curvature = (x: tf.Tensor) => tf.grad((given: tf.Tensor) => slope(given))(x);
    const x = uniform([4, 3], 1);
    for (const each of [slope, curvature]) expectClose(compile(each)(x), each(x));
  });
});
