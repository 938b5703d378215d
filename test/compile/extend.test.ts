// unroll/compile/extend: the optimizer of its module comment, trained with, and an operation of one's own.
import { expect, test, vi } from "vitest";
import { compile, trainStep } from "../../src/compile";
import { GraphWriter } from "../../src/compile/emit/graph-writer";
import { customGradient, FLOAT32, type FusedOptimizer, nativeOp, typeAttr } from "../../src/compile/extend";
import * as tf from "../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../support";
import { onNative } from "./support";

scopeEachTest();

/** Sign descent: w −= learningRate · sign(g). */
const signSGD = (learningRate: number): FusedOptimizer & { steps: number } => ({
  steps: 0,
  slotsOf: () => [],
  scalars: () => [learningRate],
  write: (writer, { variable, scalars: [rate], gradient }) => {
    const sign = writer.node("Sign", [gradient], { T: typeAttr(FLOAT32) });
    const update = writer.binary("Mul", sign, rate as string, FLOAT32);
    return `^${writer.node("AssignSubVariableOp", [variable, update], { dtype: typeAttr(FLOAT32) })}`;
  },
  stepped() {
    this.steps++;
  },
});

onNative("an optimizer of one's own", () => {
  test.each([1, 2])("signSGD(0.25): 20 compiled steps ≡ the same steps in tensors, in %i shards", (shards) => {
    const [x, y] = [uniform<tf.Rank.R2>([6, 3], 1), uniform<tf.Rank.R2>([6, 2], 2)];
    const [w, expected] = [tf.variable(uniform([3, 2], 3)), tf.variable(uniform([3, 2], 3))];
    const squares = (w: tf.Variable) => tf.square(tf.sub(tf.matMul(x, w as tf.Tensor as tf.Tensor2D), y));
    const optimizer = signSGD(0.25);
    const written = vi.spyOn(GraphWriter.prototype, "node");
    const loss = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.square(tf.sub(tf.matMul(x, w as tf.Tensor as tf.Tensor2D), y));
    const step = trainStep(loss, { variables: [w], optimizer, shards });
    for (let i = 0; i < 20; i++) {
      const { value, grads } = tf.variableGrads(() => tf.mean(squares(expected)) as tf.Scalar, [expected]);
      expectClose([step(x, y)], value, 1e-6);
      expected.assign(tf.sub(expected, tf.mul(tf.sign(grads[expected.name] as tf.Tensor), 0.25)));
    }
    expectClose(w, expected);
    expect(optimizer.steps).toBe(20);
    expect(written.mock.calls.filter(([op]) => op === "AssignSubVariableOp")).toHaveLength(1);
    written.mockRestore();
    step.dispose();
  });
});

onNative("an operation of one's own", () => {
  test("nativeOp with customGradient: Expm1, which TensorFlow.js has too, compiled with its gradient", () => {
    const expm1 = (x: tf.Tensor): tf.Tensor => {
      const forward = () => nativeOp("Expm1", [["T", "TYPE", 1]], [x], 1);
      return customGradient([x], forward, ([dy]) => [tf.mul(dy as tf.Tensor, tf.exp(x))])[0] as tf.Tensor;
    };
    const both = compile((x: tf.Tensor) => [expm1(x), tf.grad((each) => tf.sum(expm1(each)))(x)]);
    const x = tf.tensor1d([-1, 0, 0.5]);
    const [value, gradient] = both(x);
    expectClose(value, tf.expm1(x));
    expectClose(gradient, tf.exp(x));
    both.dispose();
  });
});
