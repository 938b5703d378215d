import { beforeAll, expect, test } from "vitest";
import { compile, trainStep } from "../../src/compile";
import { ArgumentError, computeGradients, GradientDescentOptimizer, stopGradient } from "../../src/rnn";
import * as tf from "../../src/tf";
import { onNative, opNames } from "../compile/support";
import { expectClose, expectTensors, scopeEachTest } from "../support";

beforeAll(() => tf.ready());
scopeEachTest();

/** x·√x with √x as a constant; at 0 the derivative of √x is infinite. */
const kept = (x: tf.Tensor) => tf.sum(tf.mul(x, stopGradient(tf.sqrt(x))));

test("stopGradient ends the tape: an infinite derivative before it does not come back as NaN", () => {
  expectClose(tf.grad(kept)(tf.tensor1d([0, 4])), [0, 2]);
});

test("second derivatives: what stopGradient gives is a constant in both", () => {
  const second = tf.grad((x) => tf.sum(tf.grad((y) => tf.sum(tf.mul(tf.square(y), stopGradient(y))))(x)));
  expectClose(second(tf.tensor1d([1, 3])), [2, 6]); // (2x·c)' = 2c
});

test("a weight that the loss uses only through stopGradient is one that it does not use", () => {
  const [w, v] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))];
  const loss = () => tf.mul(w, stopGradient(tf.square(v))) as tf.Scalar;
  expectClose(computeGradients(loss, [w]).gradients[0]?.gradient, [9]);
  expect(() => computeGradients(loss, [w, v])).toThrow(ArgumentError);
  tf.dispose([w, v]);
});

test("stopGradient gives a tensor of its own, of any dtype, and leaks none", () => {
  const x = tf.tensor1d([1, 2], "int32");
  const stopped = expectTensors(1, () => stopGradient(x));
  x.dispose();
  expect([stopped.dtype, ...stopped.dataSync()]).toEqual(["int32", 1, 2]);
});

onNative("compiled", () => {
  test("the gradient is the eager one, and has no operation of what came before", () => {
    const gradient = (x: tf.Tensor1D) => tf.grad(kept)(x);
    const x = tf.tensor1d([0, 4]);
    const compiled = compile(gradient);
    expectClose(compiled(x), [0, 2]);
    compiled.dispose();
    const before = (y: tf.Tensor) => tf.exp(tf.tanh(tf.mul(y, y)));
    const names = opNames(() => tf.grad((y) => tf.sum(tf.mul(y, stopGradient(before(y)))))(x), [x]);
    expect(names.filter((name) => name === "Tanh" || name === "TanhGrad")).toEqual(["Tanh"]);
  });

  test("a training step moves what is left", () => {
    const w = tf.variable(tf.scalar(2));
    const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
    const loss = (x: tf.Tensor1D) => tf.mul(tf.mul(x, w), stopGradient(w));
    const step = trainStep(loss, { variables: [w], optimizer, shards: 2 });
    step(tf.tensor1d([1, 1]));
    expectClose(w, [0]); // 2 − 2, where the whole derivative would be 4
    step.dispose();
    w.dispose();
  });
});
