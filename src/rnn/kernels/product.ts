import { customGradient } from "../../compile";
import * as tf from "../../tf";

/**
 * A weight matrix opened for many products within one run over time.
 *
 * Returns x ↦ x·W. Backpropagation through T such products would form T weight gradients, each xₜᵀ·dyₜ, and add them up.
 * Here each product only keeps its pair (xₜ, dyₜ), and the gradient of W is formed once, as one product over the stacked
 * pairs: the same sum, in fewer and larger operations.
 *
 * How: every product also takes a zero, the anchor, that was made from W. In the backward pass the anchor's turn comes
 * after all products that used it, and its gradient is the whole sum. First derivatives only.
 *
 * @param weights W, `[n, m]`
 * @returns a function from `[batch, n]` to `[batch, m]`
 */
export function openProduct(weights: tf.Tensor2D): (x: tf.Tensor2D) => tf.Tensor2D {
  const pairs: { x: tf.Tensor2D; dy: tf.Tensor2D }[] = [];
  const transposed = tf.transpose(weights); // once: a product by the matrix as it lies is the faster one
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
      ([dy], [before, back]) => {
        pairs.push({ x: before as tf.Tensor2D, dy: dy as tf.Tensor2D });
        return [tf.matMul(dy as tf.Tensor2D, back as tf.Tensor2D), tf.scalar(0)];
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
