import { expect, test } from "vitest";
import { compile, inferenceGraph, savedModelFile } from "../../../src/compile";
import { BasicRNNCell, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative, opNames } from "../support";

scopeEachTest();

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

  test.each<[[number, number, number], [number, number, number], string]>([
    [[1, 3, 2], [1, 0, 2], "Reshape"],
    [[3, 1, 2], [1, 0, 2], "Reshape"],
    [[3, 2, 1], [0, 2, 1], "Reshape"],
    [[3, 2, 1], [1, 0, 2], "Transpose"],
    [[2, 1, 3], [2, 1, 0], "Transpose"],
  ])("of a value [%j], a turn to %j is a %s", (shape, order, op) => {
    const x = uniform(shape, 1);
    const turn = (given: tf.Tensor) => tf.neg(tf.transpose(tf.neg(given), order));
    expectClose(compile(turn)(x), turn(x));
    expect(opNames(() => turn(x), [x])).toEqual(["Neg", op, "Neg"]);
  });

  test("not in a graph for any: one that leaves out a row, and is captured with two, travels", () => {
    const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
    const variables = Object.fromEntries(cell.variables.map((variable, i) => [`${i}`, variable]));
    const compute = (given: Record<string, tf.Tensor>) => {
      const x = given.x as tf.Tensor3D;
      const but = tf.slice(x, [1, 0, 0], [x.shape[0] - 1, x.shape[1], 2]);
      return { y: dynamicRnn(cell, but)[0] as tf.Tensor3D };
    };
    const graph = inferenceGraph(compute, { inputs: { x: [null, null, 2] }, variables });
    expect(savedModelFile(graph).length).toBeGreaterThan(0);
  });
});
