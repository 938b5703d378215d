import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { transposesToReshapes } from "../../../src/compile/passes/transposes-to-reshapes";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opNames } from "../support";

scopeEachTest();

const transposed = (batch: number) => `
  %x: float32[${batch},5,2] = input
  %order: int32[3] = Const [1, 0, 2]
  %1: float32[5,${batch},2] = Transpose(%x, %order) {T: float32, Tperm: int32}
  return %1`;

test("transposesToReshapes(trace) makes a Reshape of the Transpose of a batch of one", () => {
  expectText(
    transposesToReshapes(parseTrace(transposed(1))),
    `
    %x: float32[1,5,2] = input
    %shape: int32[3] = Const [5, 1, 2]
    %1: float32[5,1,2] = Reshape(%x, %shape) {T: float32, Tshape: int32}
    return %1`,
  );
});

test("transposesToReshapes(trace) leaves alone the Transpose of a batch of three", () => {
  expectText(transposesToReshapes(parseTrace(transposed(3))), transposed(3));
});

onNative("at its own sizes", () => {
  test.each<[[number, number, number], [number, number, number], string]>([
    [[1, 3, 2], [1, 0, 2], "Reshape"],
    [[3, 1, 2], [1, 0, 2], "Reshape"],
    [[3, 2, 1], [0, 2, 1], "Reshape"],
    [[3, 2, 1], [1, 0, 2], "Transpose"],
    [[2, 1, 3], [2, 1, 0], "Transpose"],
  ])("the transpose of %j by %j is a %s", (shape, order, op) => {
    const x = uniform(shape, 1);
    const transposition = (given: tf.Tensor) => tf.neg(tf.transpose(tf.neg(given), order));
    expectClose(compile(transposition)(x), transposition(x));
    expect(opNames(() => transposition(x), [x])).toEqual(["Neg", op, "Neg"]);
  });
});
