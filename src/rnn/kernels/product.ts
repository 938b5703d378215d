import { customGradient } from "../../compile/extend";
import * as tf from "../../tf";

/**
 * Opens a weight matrix for many products in one run over time.
 *
 * Returns x ↦ x·W. Plain backpropagation through T such products computes T weight gradients, each xₜᵀ·dyₜ, and adds
 * them up. Here each product only stores its pair (xₜ, dyₜ), and one product over the stacked pairs computes the
 * gradient of W: the same sum, in fewer and larger operations.
 *
 * Every product also takes a zero, the anchor, that was computed from W. The backward pass reaches the anchor after all
 * products that used it, and the anchor's gradient function returns the whole sum. First derivatives only.
 *
 * @param weights W, `[n, m]`
 * @returns a function from `[batch, n]` to `[batch, m]`
 */
export function openProduct(weights: tf.Tensor2D): (x: tf.Tensor2D) => tf.Tensor2D {
  const pairs: { x: tf.Tensor2D; dy: tf.Tensor2D }[] = [];
  const transposed = tf.transpose(weights); // once: a product with a transposed operand is slower
  const anchor = anchorOf(weights, () => {
    const x = tf.concat2d(
      pairs.map((pair) => pair.x),
      0,
    );
    const dy = tf.concat2d(
      pairs.map((pair) => pair.dy),
      0,
    );
    pairs.length = 0;
    return tf.matMul(x, dy, true, false);
  });
  return (x) => {
    const [product] = customGradient(
      [x, anchor],
      (save) => {
        save([x, transposed]);
        return [tf.matMul(x, weights)];
      },
      ([dy], [savedX, savedTransposed]) => {
        pairs.push({ x: savedX as tf.Tensor2D, dy: dy as tf.Tensor2D });
        return [tf.matMul(dy as tf.Tensor2D, savedTransposed as tf.Tensor2D), tf.scalar(0)];
      },
    );
    return product as tf.Tensor2D;
  };
}

const anchorOf = (weights: tf.Tensor2D, gradient: () => tf.Tensor2D): tf.Tensor =>
  customGradient(
    [weights],
    () => [tf.scalar(0)],
    () => [gradient()],
  )[0] as tf.Tensor;
