import * as tf from "../../tf";
import { checkLabels, oneHot } from "./labels";

/**
 * Counts the examples whose largest logit is at their label. NaN is never the largest. A tie counts as correct, as in
 * TensorFlow's `in_top_k`. Add the counts of several batches, and divide by the number of examples: a mean of the batches'
 * means is wrong where the last batch is smaller. (`accuracy` of unroll/train does that for `fit` and `evaluate`.)
 *
 * @example
 *   const logits = tf.tensor2d([[0, 1, 3], [2, 0, -1]]); // [batch, classes]
 *   const correct = correctCount(tf.tensor1d([2, 1], "int32"), logits); // 1
 *
 * @param labels int32 `[batch]`   @param logits `[batch, classes]`   @returns a count, as an int32 scalar
 * @throws ArgumentError when a shape or dtype is wrong, or a label is outside the classes
 */
export function correctCount(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  checkLabels("correctCount", labels, logits);
  if (labels.shape[0] === 0) return tf.scalar(0, "int32"); // the sum of nothing is not 0 on WebAssembly
  return tf.tidy(() => {
    const chosen = tf.sum(tf.where(oneHot(labels, logits.shape[1]).toBool(), logits, tf.zerosLike(logits)), 1);
    return tf.sum(tf.greaterEqual(chosen, tf.max(logits, 1)).toInt()) as tf.Scalar;
  });
}
