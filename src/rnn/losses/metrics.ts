import * as tf from "../../tf";
import { checkLabels } from "./labels";

/**
 * How many rows have their largest logit at their label. NaN is never largest. A tie counts as right, as in
 * TensorFlow's `in_top_k`.
 *
 * @param labels int32 `[rows]`   @param logits `[rows, classes]`   @returns a count, as an int32 scalar
 * @throws ArgumentError on a wrong shape or dtype, or a label outside the classes
 */
export function correctCount(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  checkLabels("correctCount", labels, logits);
  return tf.tidy(() => {
    const chosen = tf.sum(tf.where(tf.oneHot(labels, logits.shape[1]).toBool(), logits, tf.zerosLike(logits)), 1);
    return tf.sum(tf.greaterEqual(chosen, tf.max(logits, 1)).toInt()) as tf.Scalar;
  });
}

/**
 * The share of rows whose largest logit is at their label, 0 to 1, as a float32 scalar. Over several batches add
 * `correctCount`s instead: a mean of batch means is wrong when the last batch is short.
 */
export function accuracy(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.div(correctCount(labels, logits).toFloat(), labels.shape[0]));
}
