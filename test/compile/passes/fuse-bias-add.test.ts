import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { fuseBiasAdds } from "../../../src/compile/passes/fuse-bias-add";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opsOf } from "../support";

scopeEachTest();

const add = (bias: string) => `
  %x: float32[3,5] = input
  %w: float32[5,4] = input
  %b: float32[${bias}] = input
  %1: float32[3,4] = MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: false}
  %2: float32[3,4] = AddV2(%1, %b) {T: float32}
  return %2`;

test("fuseBiasAdds(trace) makes a BiasAdd of an Add of a vector to a MatMul", () => {
  expectText(
    fuseBiasAdds(parseTrace(add("4"))),
    `
    %x: float32[3,5] = input
    %w: float32[5,4] = input
    %b: float32[4] = input
    %1: float32[3,4] = MatMul(%x, %w) {T: float32, transpose_a: false, transpose_b: false}
    %2: float32[3,4] = BiasAdd(%1, %b) {T: float32, data_format: "NHWC"}
    return %2`,
  );
});

test("fuseBiasAdds(trace) leaves alone an Add of a matrix", () => {
  expectText(fuseBiasAdds(parseTrace(add("1,4"))), add("1,4"));
});

const [x, w] = [uniform<tf.Rank.R2>([3, 5], 1), uniform<tf.Rank.R2>([5, 4], 2)];
const twice = (product: tf.Tensor, bias: tf.Tensor) => tf.mul(product, tf.add(product, bias));

onNative("a bias", () => {
  test.each<[string, number, number[], (product: tf.Tensor, bias: tf.Tensor) => tf.Tensor]>([
    ["of as many numbers as a product has columns", 1, [4], (product, bias) => tf.add(product, bias)],
    ["of one number", 0, [1], (product, bias) => tf.add(product, bias)],
    ["of a row each", 0, [3, 4], (product, bias) => tf.add(product, bias)],
    ["of one row", 0, [1, 4], (product, bias) => tf.add(product, bias)],
    ["of a product that something else needs too", 0, [4], twice],
    ["that comes first", 0, [4], (product, bias) => tf.add(bias, product)],
  ])("%s: %i fused", (_, count, shape, sum) => {
    const bias = uniform(shape, 3);
    const compute = (a: tf.Tensor2D, by: tf.Tensor2D, b: tf.Tensor) => sum(tf.matMul(a, by), b);
    const ops = opsOf(() => [compute(x, w, bias)], [x, w, bias]);
    expect(ops.filter(({ name }) => name === "BiasAdd")).toHaveLength(count);
    expectClose(compile(compute)(x, w, bias), compute(x, w, bias));
  });

  test("of a product that is a sum of nothing is the sum", () => {
    const compute = (a: tf.Tensor2D, by: tf.Tensor2D, b: tf.Tensor1D) => tf.add(tf.matMul(a, by), b);
    const nothing = [tf.zeros<tf.Rank.R2>([2, 0]), tf.zeros<tf.Rank.R2>([0, 4]), tf.tensor1d([1, 2, 3, -4])] as const;
    expectClose(compile(compute)(...nothing), [1, 2, 3, -4, 1, 2, 3, -4]);
  });

  test("has its gradient", () => {
    const bias = uniform<tf.Rank.R1>([4], 3);
    const gradients = tf.grads((a, by, b) =>
      tf.sum(tf.tanh(tf.add(tf.matMul(a as tf.Tensor2D, by as tf.Tensor2D), b))),
    );
    const compute = (a: tf.Tensor2D, by: tf.Tensor2D, b: tf.Tensor1D) => gradients([a, by, b]);
    compile(compute)(x, w, bias).forEach((gradient, i) => {
      expectClose(gradient, compute(x, w, bias)[i] as tf.Tensor);
    });
  });
});
