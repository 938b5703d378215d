import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";

/**
 * The value of a loss or metric for a batch: a tensor of terms, one for each example (or example and time step), whose
 * mean is the loss; or their sum and their count, where some examples or time steps are left out. Sums and counts can
 * be added over batches and shards; means cannot.
 */
export type Terms = tf.Tensor | { readonly sum: tf.Tensor; readonly count: tf.Tensor };

/**
 * A loss or a metric: a function of a batch's outputs, its targets, and the sequences' lengths where the data have
 * them. `crossEntropy`, `squaredError` and the metrics have this form, and a loss of your own may have it.
 *
 * @example
 *   const huber: TermsOf = (outputs: tf.Tensor, y: tf.Tensor) => {
 *     const error = tf.abs(tf.sub(outputs, y));
 *     return tf.where(tf.less(error, 1), tf.mul(0.5, tf.square(error)), tf.sub(error, 0.5));
 *   };
 */
// biome-ignore lint/suspicious/noExplicitAny: each loss declares its own tensor types
export type TermsOf = (outputs: any, y: any, lengths?: tf.Tensor1D) => Terms;

/** Sum and count as float32 scalars. @throws ArgumentError when `terms` is neither a tensor nor { sum, count } */
export function sumAndCount(where: string, argument: string, terms: Terms): { sum: tf.Scalar; count: tf.Scalar } {
  if (terms instanceof tf.Tensor) {
    return { sum: tf.sum(terms.toFloat()), count: tf.scalar(terms.size) };
  }
  const { sum, count } = terms ?? {};
  if (sum instanceof tf.Tensor && count instanceof tf.Tensor) {
    return { sum: tf.sum(sum.toFloat()), count: tf.sum(count.toFloat()) };
  }
  throw new ArgumentError(where, argument, "a tensor of terms, or { sum, count } of tensors", describe(terms));
}

/** The mean of the terms; 0 when the count is 0, as in a compiled step. */
export function meanOf(where: string, argument: string, terms: Terms): tf.Scalar {
  if (terms instanceof tf.Tensor && terms.size > 0) return tf.mean(terms.toFloat());
  const { sum, count } = sumAndCount(where, argument, terms);
  return tf.div(sum, tf.where(tf.equal(count, 0), tf.onesLike(count), count)); // tf.divNoNan has no gradient
}

/** The mask of live time steps, `[batch, nSteps]` booleans. */
export function liveSteps(nSteps: number, lengths: tf.Tensor1D): tf.Tensor2D {
  return tf.less(tf.range(0, nSteps, 1, "int32").reshape([1, nSteps]), lengths.reshape([-1, 1])) as tf.Tensor2D;
}

/**
 * Sum and count of the terms `[batch, nSteps]` of live time steps.
 *
 * Terms past the end of a sequence, NaN included, change nothing, because they are removed before the sum.
 */
export function liveTerms(terms: tf.Tensor, lengths: tf.Tensor1D): { sum: tf.Tensor; count: tf.Tensor } {
  const live = liveSteps(terms.shape[1] as number, lengths);
  return { sum: tf.sum(tf.where(live, terms, tf.zerosLike(terms))), count: tf.sum(live.toInt()) };
}
