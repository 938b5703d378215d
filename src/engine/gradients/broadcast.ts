import * as tf from "../start";
import { changedGradient, type InputGradients, sumTo } from "./gradient-of";

const summed = (kernelName: string): tf.GradConfig =>
  changedGradient(kernelName, (before, [a, b]) => ({
    a: () => sumTo(a.shape, (before.a as () => tf.Tensor)()),
    b: () => sumTo(b.shape, (before.b as () => tf.Tensor)()),
  }));

/**
 * Functions of two tensors whose shapes broadcast. TensorFlow.js gives each input a gradient of the output's shape, and
 * then refuses it because it does not match.
 */
export const broadcast = (): tf.GradConfig[] => [
  ...[tf.Maximum, tf.Minimum, tf.SquaredDifference].map(summed),
  changedGradient<MatMulAttributes>(tf.BatchMatMul, matMul),
];

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** One matrix for a whole batch, as a layer's weights, has its gradient as one product over all rows of the batch. */
function matMul(
  before: InputGradients,
  [a, b]: tf.Tensor[],
  dy: tf.Tensor,
  { transposeA, transposeB }: MatMulAttributes,
): InputGradients {
  const [left, right] = [a, b] as [tf.Tensor, tf.Tensor];
  const rows = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape.at(-1) as number]);
  const isOneMatrix = right.rank === 2 && left.rank > 2 && !transposeA;
  const ofWeights = () =>
    transposeB ? tf.matMul(rows(dy), rows(left), true) : tf.matMul(rows(left), rows(dy), true, false);
  return {
    a: () => sumTo(left.shape, (before.a as () => tf.Tensor)()),
    b: isOneMatrix ? ofWeights : () => sumTo(right.shape, (before.b as () => tf.Tensor)()),
  };
}
