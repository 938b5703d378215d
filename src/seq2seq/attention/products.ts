import { openBatchedProduct, openProduct } from "../../rnn/internal";
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

/** Products whose factor gets its gradient after the last step of the backward pass. First derivatives only. */
export const OPENED: Products = { of: openProduct, batched: openBatchedProduct };
