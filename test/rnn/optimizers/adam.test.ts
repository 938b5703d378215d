import { beforeAll, expect, test } from "vitest";
import { AdamOptimizer, computeGradients } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";

beforeAll(() => tf.ready());

test("ε stands outside the bias correction, as in TensorFlow 1.x", () => {
  const w = tf.variable(tf.scalar(1));
  const optimizer = new AdamOptimizer({ learningRate: 0.1, epsilon: 1 });
  optimizer.applyGradients([{ variable: w, gradient: tf.scalar(2) }]);
  // m = 0.1·2, v = 0.001·4, α = 0.1·√0.001/0.1
  expectClose(w, [1 - (0.1 * Math.sqrt(0.001) * 0.2) / 0.1 / (Math.sqrt(0.004) + 1)], 1e-6);
});

test("minimize(loss, variables) returns the loss before the step, and the loss decreases", () => {
  const w = tf.variable(tf.tensor1d([3, -2]));
  const optimizer = new AdamOptimizer({ learningRate: 0.1 });
  const losses = Array.from({ length: 100 }, () =>
    optimizer.minimize(() => tf.sum(tf.square(w)) as tf.Scalar, [w]).dataSync(),
  );
  expect(losses[0]?.[0]).toBe(13);
  expect(losses.at(-1)?.[0]).toBeLessThan(0.1);
});

test("a step leaves the loss, the first one also two moments for each variable; dispose frees the moments", () => {
  const w = tf.variable(tf.tensor1d([3, -2]));
  const loss = () => tf.sum(tf.square(w)) as tf.Scalar;
  const optimizer = new AdamOptimizer();
  expectTensors(3, () => optimizer.minimize(loss, [w]));
  expectTensors(1, () => optimizer.minimize(loss, [w]));
  expectTensors(-2, () => optimizer.dispose());
});

test("options out of range are refused by name", () => {
  expect(() => new AdamOptimizer({ learningRate: -1 })).toThrow(/learningRate/);
  expect(() => new AdamOptimizer({ beta1: 1.5 })).toThrow(/beta1: expected a number from 0 to below 1, got number 1.5/);
  expect(() => new AdamOptimizer({ epsilon: Number.NaN })).toThrow(/epsilon/);
});

test("beta1: 1, which would divide by zero, and a learningRate that becomes NaN are refused", () => {
  expect(() => new AdamOptimizer({ beta1: 1 })).toThrow(/beta1/);
  const optimizer = new AdamOptimizer();
  optimizer.learningRate = Number.NaN;
  const w = tf.variable(tf.scalar(1));
  expect(() => optimizer.applyGradients([{ variable: w, gradient: tf.scalar(1) }])).toThrow(/learningRate/);
  expectClose(w, [1], 0);
});

test("the moments of disposed variables are freed when another variable gets moments", () => {
  const optimizer = new AdamOptimizer();
  const [w, frozen] = [0, 1].map(() => tf.tidy(() => tf.variable(tf.scalar(1)))) as [tf.Variable, tf.Variable];
  const gradient = tf.scalar(1);
  optimizer.applyGradients([{ variable: w, gradient }], { variables: [w, frozen] });
  w.dispose();
  expectTensors(0, () => optimizer.applyGradients([{ variable: frozen, gradient }]));
  expectTensors(-2, () => optimizer.dispose());
});

test("applyGradients without a gradient is refused, because the step would count and train nothing", () => {
  const optimizer = new AdamOptimizer();
  expect(() => optimizer.applyGradients([])).toThrow(
    /^AdamOptimizer: gradients: expected at least one, got an empty list$/,
  );
  expect(optimizer.step).toBe(0);
});

test("minimize says of a frozen weight that it is frozen, by its name", () => {
  const w = tf.variable(tf.scalar(1), false, "encoder/kernel");
  expect(() => new AdamOptimizer().minimize(() => tf.square(w) as tf.Scalar, [w])).toThrow(
    /variables\[0\]: expected a weight to train, got encoder\/kernel, which is frozen: its trainable is false/,
  );
  w.dispose();
});

test("a variable that is listed twice is refused, because it would be updated twice", () => {
  const w = tf.variable(tf.scalar(1));
  const loss = () => tf.square(w) as tf.Scalar;
  expect(() => new AdamOptimizer().minimize(loss, [w, w])).toThrow(/variables\[1\]: expected each variable once/);
});

test("computeGradients refuses a loss that is no scalar or does not use a variable, and leaks no tensor", () => {
  const [w, other] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.scalar(1))];
  expectTensors(0, () => {
    expect(() => computeGradients(() => tf.square(w) as unknown as tf.Scalar, [w])).toThrow(/loss: expected .*scalar/);
    expect(() => computeGradients(() => tf.square(other) as tf.Scalar, [w])).toThrow(
      /variables\[0\]: expected a weight/,
    );
  });
});

test("a variable that does not take part in the loss is an error, not a silent zero", () => {
  const [used, unused] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
  const loss = () => tf.square(used) as tf.Scalar;
  expect(() => computeGradients(loss, [used, unused])).toThrow(/variables\[1\]: expected a weight that the loss uses/);
  expect(() => computeGradients(loss, [])).toThrow(/at least one variable/);
  unused.dispose();
  expect(() => computeGradients(loss, [used, unused])).toThrow(/variables\[1\].*a disposed variable/);
});
