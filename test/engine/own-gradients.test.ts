import { beforeAll, expect, test } from "vitest";
import * as tf from "../../src/tf";
import { onNative } from "../compile/support";
import { expectClose, scopeEachTest } from "../support";

beforeAll(() => tf.ready());
scopeEachTest();

type Save = (tensors: tf.Tensor[]) => void;
type Gradient = (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];

/** e^x with a gradient of its own, from what it saves. */
const exponential = (savedOf: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor[], gradient: Gradient, scale = 1) =>
  tf.customGrad((given, save) => {
    const [x, y] = [given as tf.Tensor, tf.exp(given as tf.Tensor)];
    (save as unknown as Save)(savedOf(x, y));
    return { value: scale === 1 ? y : tf.mul(y, scale), gradFunc: gradient };
  });

const second = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad((x) => tf.sum(tf.grad((given) => tf.sum(f(given)))(x)));
const x = () => tf.tensor1d([0, 1]);

test("a function that saves its output, its input or a tensor from outside may be differentiated again", () => {
  const byOutput = exponential(
    (_, y) => [y],
    (dy, [y]) => [tf.mul(dy, y as tf.Tensor)],
  );
  const byInput = exponential(
    (given) => [given],
    (dy, [given]) => [tf.mul(dy, tf.exp(given as tf.Tensor))],
  );
  const two = tf.scalar(2);
  const byOther = exponential(
    (given) => [given, two],
    (dy, [given, factor]) => [tf.mul(tf.mul(dy, tf.exp(given as tf.Tensor)), tf.div(factor as tf.Tensor, 2))],
  );
  for (const f of [byOutput, byInput, byOther]) expectClose(second(f)(x()), [1, Math.E]);
});

test("one that saves a tensor which it computed itself has a first derivative, and refuses the second", () => {
  const hidden = exponential(
    (_, y) => [y],
    (dy, [y]) => [tf.mul(dy, tf.mul(y as tf.Tensor, 3))],
    3,
  );
  expectClose(tf.grad((given) => tf.sum(hidden(given)))(x()), [3, 3 * Math.E], 1e-5);
  expect(() => second(hidden)(x())).toThrow(
    /first derivative only, because it saved a tensor that it had computed itself/,
  );
});

test("so TensorFlow.js's own softmax cross-entropy refuses the second derivative, which would be wrong", () => {
  const loss = (z: tf.Tensor) => tf.losses.softmaxCrossEntropy(tf.tensor2d([[0, 1]]), z);
  const z = tf.tensor2d([[0.5, -1]]);
  expect(tf.grad(loss)(z).shape).toEqual([1, 2]);
  expect(() => second(loss)(z)).toThrow(/first derivative only/);
});

onNative("tf.einsum", () => {
  test("the gradient of a diagonal is refused, by the equation", () => {
    const square = tf.tensor2d([[1, 2], [3, 4]]); // biome-ignore format: a matrix
    const trace = (a: tf.Tensor) => tf.einsum("ii->", a);
    expect(() => tf.grad(trace)(square)).toThrow(/einsum/);
  });
});
