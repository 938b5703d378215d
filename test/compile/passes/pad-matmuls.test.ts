import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { BasicRNNCell, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative, opNames, opsOf } from "../support";

scopeEachTest();

type Sizes = [m: number, k: number, n: number];
const WIDE = ["Pad", "MatMul", "Slice"];

onNative("a product whose rows are a multiple of 2 KB", () => {
  test.each<[string, Sizes, boolean, boolean, string[]]>([
    ["a matrix of 512 columns gets more", [64, 70, 512], false, false, WIDE],
    ["of 1,024 too", [70, 64, 1024], false, false, WIDE],
    ["turned round, the first gets more", [512, 64, 70], true, false, WIDE],
    ["both", [512, 64, 512], true, false, ["Pad", "Pad", "MatMul", "Slice"]],
    ["600 columns stay", [64, 70, 600], false, false, ["MatMul"]],
    ["few rows stay", [8, 70, 512], false, false, ["MatMul"]],
    ["few products of a number stay", [64, 16, 512], false, false, ["MatMul"]],
    ["large products stay", [1024, 64, 512], false, false, ["MatMul"]],
    ["a product by one turned round stays", [64, 512, 70], false, true, ["BatchMatMulV2"]],
    ["both turned round, few rows, stay", [64, 512, 70], true, true, ["BatchMatMulV2"]],
    ["both turned round, the first gets more", [512, 70, 100], true, true, WIDE],
    ["and as a batch of one", [512, 512, 100], true, true, ["Pad", "BatchMatMulV2", "Slice"]],
    ["a vector stays", [1, 512, 512], false, false, ["MatMul"]],
  ])("%s", (_, [m, k, n], turnsA, turnsB, ops) => {
    const a = uniform<tf.Rank.R2>(turnsA ? [k, m] : [m, k], 1);
    const b = uniform<tf.Rank.R2>(turnsB ? [n, k] : [k, n], 2);
    const product = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.div(tf.matMul(x, y, turnsA, turnsB), k);
    expectClose(compile(product)(a, b), product(a, b));
    expect(opNames(() => tf.matMul(a, b, turnsA, turnsB), [a, b])).toEqual(ops);
  });

  test("a matrix that multiplies many is copied once, and few rows of each are many together", () => {
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
  ])("a matrix of 512 columns that is turned round for many is copied so once: %i rows", (rows, copies) => {
    const w = uniform<tf.Rank.R2>([rows, 512], 1);
    const xs = uniform<tf.Rank.R3>([4, 16, 512], 2);
    const sum = (given: tf.Tensor3D, by: tf.Tensor2D) =>
      tf.div(tf.addN(tf.unstack(given).map((x) => tf.matMul(x as tf.Tensor2D, by, false, true))), 512);
    expectClose(compile(sum)(xs, w), sum(xs, w));
    const ops = opNames(() => sum(xs, w), [xs, w]);
    expect(ops.filter((name) => ["Transpose", "Pad", "PlaceholderWithDefault"].includes(name)).sort()).toEqual(copies);
    expect(ops.filter((name) => name.includes("MatMul"))).toEqual(new Array(4).fill("MatMul"));
  });

  test("results of one operation are told apart", () => {
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
