import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { BasicRNNCell, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative, opNames, opsOf } from "../support";

scopeEachTest();

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
  ])("a basic cell with %s takes three operations a time step, and three back", (_, activation) => {
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
  });

  test.each([
    ["tanh", tf.tanh],
    ["sigmoid", tf.sigmoid],
    ["relu", tf.relu],
  ])("%s: first and second derivatives ≡ eager", (_, activation) => {
    const slope = (x: tf.Tensor) => tf.grad((given: tf.Tensor) => tf.square(activation(given)))(x);
    const bend = (x: tf.Tensor) => tf.grad((given: tf.Tensor) => slope(given))(x);
    const x = uniform([4, 3], 1);
    for (const each of [slope, bend]) expectClose(compile(each)(x), each(x));
  });
});
