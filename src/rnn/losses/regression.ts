import * as tf from "../../tf";
import { checkOptions, checkPositive, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";

export interface HuberLossOptions {
  /** δ, in the unit of the labels: the error from which on the loss grows linearly. Default: 1. */
  delta?: number;
}

/**
 * Huber's loss, element by element (Huber 1964, doi:10.1214/aoms/1177703732): squared for small errors, linear for large
 * ones, so that a few wild labels do not rule the gradient. TensorFlow 1.x's `tf.losses.huber_loss` with
 * `Reduction.NONE`.
 *
 *   e    = predictions − labels
 *   loss = e²/2                where |e| ≤ δ
 *        = δ·|e| − δ²/2        elsewhere
 *
 * The gradient is e clipped to [−δ, δ].
 *
 * @example
 *   const terms = huberLoss(tf.tensor1d([0, 0]), tf.tensor1d([0.5, 3]), { delta: 1 }); // 0.125, 2.5
 *
 * @param labels float32, of any shape
 * @param predictions a tensor of the same shape
 * @returns a tensor of the same shape, in the squared unit of the labels. `tf.mean` of it is the usual loss
 * @throws ArgumentError when the shapes differ, or δ is not above 0
 */
export function huberLoss(labels: tf.Tensor, predictions: tf.Tensor, options: HuberLossOptions = {}): tf.Tensor {
  checkOptions("huberLoss", options, ["delta"]);
  const { delta = 1 } = options;
  checkPositive("huberLoss", "delta", delta);
  checkPair("huberLoss", labels, predictions);
  return tf.tidy(() => {
    const size = tf.abs(tf.sub(predictions, labels));
    const quadratic = tf.minimum(size, delta);
    return tf.add(tf.mul(tf.square(quadratic), 0.5), tf.mul(tf.sub(size, quadratic), delta));
  });
}

/**
 * The quantile loss, also called pinball loss, element by element (Koenker and Bassett 1978, doi:10.2307/1913643). Its
 * mean is smallest where the share `quantile` of the labels lies below the predictions. So a model that is trained with
 * 0.1 and one with 0.9 enclose four fifths of the labels; 0.5 gives the median, and half the absolute error.
 *
 *   e    = labels − predictions
 *   loss = max(q·e, (q − 1)·e)        q for each unit below a label, 1 − q for each unit above
 *
 * TensorFlow 1.x has no such loss; scikit-learn's `mean_pinball_loss` is its mean.
 *
 * @example
 *   const terms = quantileLoss(tf.tensor1d([3, 3]), tf.tensor1d([1, 5]), 0.9); // 1.8, 0.2
 *
 * @param labels float32, of any shape
 * @param predictions a tensor of the same shape
 * @param quantile q, above 0 and below 1
 * @returns a tensor of the same shape, in the unit of the labels
 * @throws ArgumentError when the shapes differ, or q is not between 0 and 1
 */
export function quantileLoss(labels: tf.Tensor, predictions: tf.Tensor, quantile: number): tf.Tensor {
  checkQuantile("quantileLoss", quantile);
  checkPair("quantileLoss", labels, predictions);
  return tf.tidy(() => {
    const error = tf.sub(labels, predictions);
    return tf.maximum(tf.mul(error, quantile), tf.mul(error, quantile - 1));
  });
}

/** @throws ArgumentError when q is not between 0 and 1 */
function checkQuantile(where: string, quantile: number): void {
  if (typeof quantile === "number" && quantile > 0 && quantile < 1) return;
  throw new ArgumentError(where, "quantile", "a number above 0 and below 1", describe(quantile));
}

/** @throws ArgumentError when labels and predictions are not float32 tensors of one shape */
function checkPair(where: string, labels: tf.Tensor, predictions: tf.Tensor): void {
  checkTensor(where, "labels", labels, labels?.shape ?? []);
  checkTensor(where, "predictions", predictions, labels.shape);
}
