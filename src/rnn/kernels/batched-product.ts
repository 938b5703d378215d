import { customGradient } from "../../compile/extend";
import * as tf from "../../tf";

/**
 * `openProduct`, example by example: opens a factor W, `[batch, n, m]`, for many products in one run over time. The gradient
 * of W is computed after the last step of the backward pass, as one product over all steps, instead of a product and a sum
 * for each step. First derivatives only.
 *
 * @param isTransposed whether to multiply by Wᵀ, `[batch, m, n]`
 * @returns a function from `[batch, k, n]` to `[batch, k, m]`
 */
export function openBatchedProduct(weights: tf.Tensor3D, isTransposed: boolean): (x: tf.Tensor3D) => tf.Tensor3D {
  const pairs: { x: tf.Tensor3D; dy: tf.Tensor3D }[] = [];
  const [anchor] = customGradient(
    [weights],
    () => [tf.scalar(0)],
    () => {
      const all = (part: "x" | "dy") =>
        tf.concat(
          pairs.map((pair) => pair[part]),
          1,
        );
      const [x, dy] = [all("x"), all("dy")];
      pairs.length = 0;
      return [isTransposed ? tf.matMul(dy, x, true, false) : tf.matMul(x, dy, true, false)];
    },
  );
  return (x) => {
    const [product] = customGradient(
      [x, anchor as tf.Tensor],
      (save) => {
        save([x, weights]);
        return [tf.matMul(x, weights, false, isTransposed)];
      },
      ([dy], [savedX, saved]) => {
        pairs.push({ x: savedX as tf.Tensor3D, dy: dy as tf.Tensor3D });
        return [tf.matMul(dy as tf.Tensor3D, saved as tf.Tensor3D, false, !isTransposed), tf.scalar(0)];
      },
    );
    return product as tf.Tensor3D;
  };
}
