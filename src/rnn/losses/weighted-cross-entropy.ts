import * as tf from "../../tf";
import { checkNotNegative, checkTensor } from "../checks";
import { ArgumentError } from "../errors";

/**
 * Cross-entropy between labels from 0 to 1 and the logistic function of logits, element by element, where a missed event
 * costs `posWeight` times as much as a false alarm. TensorFlow's `weighted_cross_entropy_with_logits`.
 *
 *   loss = −posWeight·labels·log σ(logits) − (1 − labels)·log(1 − σ(logits))
 *
 * Above 1 it raises recall, below 1 precision. For rare events the usual weight is (number of zeros) / (number of ones).
 *
 * @example
 *   const logits = tf.tensor2d([[-2, 0.5], [3, 1]]); // [batch, events]
 *   const labels = tf.tensor2d([[0, 1], [1, 1]]);
 *   const loss = tf.mean(weightedCrossEntropyWithLogits(labels, logits, [20, 5])); // a weight for each event
 *
 * @param labels float32, of any shape: the probability of an event, 0 or 1 where it is known
 * @param logits a tensor of the same shape
 * @param posWeight a number from 0 up, or a list of them: one for each place of the last axis
 * @returns a tensor of the same shape, in nats
 * @throws ArgumentError when the shapes differ, a weight is negative, or the list has another length than the last axis
 */
export function weightedCrossEntropyWithLogits(
  labels: tf.Tensor,
  logits: tf.Tensor,
  posWeight: number | readonly number[],
): tf.Tensor {
  const where = "weightedCrossEntropyWithLogits";
  checkTensor(where, "logits", logits, logits?.shape ?? []);
  checkTensor(where, "labels", labels, logits.shape);
  checkPosWeight(where, posWeight, logits);
  return tf.tidy(() => {
    const weight = typeof posWeight === "number" ? posWeight : tf.tensor1d([...posWeight]);
    const missed = tf.mul(tf.mul(labels, weight), tf.softplus(tf.neg(logits)));
    return tf.add(missed, tf.mul(tf.sub(1, labels), tf.softplus(logits)));
  });
}

function checkPosWeight(where: string, posWeight: number | readonly number[], { shape }: tf.Tensor): void {
  if (typeof posWeight === "number" || !Array.isArray(posWeight)) {
    checkNotNegative(where, "posWeight", posWeight as number);
    return;
  }
  posWeight.forEach((weight, i) => {
    checkNotNegative(where, `posWeight[${i}]`, weight);
  });
  if (posWeight.length === shape.at(-1)) return;
  const expected = `${shape.at(-1) ?? "no"} weights, one for each place of the logits' last axis`;
  throw new ArgumentError(where, "posWeight", expected, `a list of ${posWeight.length}`);
}
