import { customGradient } from "../../compile/extend";
import { openProduct } from "../../rnn/internal";
import * as tf from "../../tf";

type Product<X extends tf.Tensor> = (x: X) => X;

/** The products of one run over time whose second factor is the same at every step. */
export interface Products {
  /** x ↦ x·W, from `[batch, n]` to `[batch, m]`. */
  readonly of: (weights: tf.Tensor2D) => Product<tf.Tensor2D>;
  /** x ↦ x·W, or x·Wᵀ, example by example, from `[batch, k, n]` to `[batch, k, m]`. */
  readonly batched: (weights: tf.Tensor3D, isTransposed: boolean) => Product<tf.Tensor3D>;
}

/** Plain products. They can be differentiated more than once. */
export const PLAIN: Products = {
  of: (weights) => (x) => tf.matMul(x, weights),
  batched: (weights, isTransposed) => (x) => tf.matMul(x, weights, false, isTransposed),
};

/**
 * Products whose factor W gets its gradient after the last step of the backward pass, as one product over all steps instead
 * of a product and a sum for each step. First derivatives only.
 */
export const openedProducts = (): Products => ({ of: openProduct, batched: openBatchedProduct });

/** `openProduct` of the rnn room, example by example: see there for the anchor that the gradient of W waits at. */
function openBatchedProduct(weights: tf.Tensor3D, isTransposed: boolean): Product<tf.Tensor3D> {
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
