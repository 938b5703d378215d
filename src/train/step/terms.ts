import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";

/**
 * What a loss or metric makes of a batch: its terms, one an example (or example and time step), whose mean is the value;
 * or their sum and their count, where some are left out. Only sums add up over batches and shards; means do not.
 */
export type Terms = tf.Tensor | { readonly sum: tf.Tensor; readonly count: tf.Tensor };

/** A function of a batch's outputs, what they should be, and the sequences' lengths where the data have them. */
// biome-ignore lint/suspicious/noExplicitAny: which tensors, the function itself says
export type TermsOf = (outputs: any, y: any, lengths?: tf.Tensor1D) => Terms;

/** Sum and count as float32 scalars. @throws ArgumentError when it is neither terms nor sum and count */
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

/** The mean of the terms; 0 where nothing counts, as compiled steps have it. */
export function meanOf(where: string, argument: string, terms: Terms): tf.Scalar {
  if (terms instanceof tf.Tensor && terms.size > 0) return tf.mean(terms.toFloat());
  const { sum, count } = sumAndCount(where, argument, terms);
  return tf.div(sum, tf.where(tf.equal(count, 0), tf.onesLike(count), count)); // tf.divNoNan has no gradient
}

/** Which time steps are live, `[batch, nSteps]` booleans. */
export function liveSteps(nSteps: number, lengths: tf.Tensor1D): tf.Tensor2D {
  return tf.less(tf.range(0, nSteps, 1, "int32").reshape([1, nSteps]), lengths.reshape([-1, 1])) as tf.Tensor2D;
}

/**
 * Terms `[batch, nSteps]` of which only those of live time steps count.
 *
 * What stands past the end of a sequence, NaN included, changes nothing: it is left out before the sum.
 */
export function liveTerms(terms: tf.Tensor, lengths: tf.Tensor1D): { sum: tf.Tensor; count: tf.Tensor } {
  const live = liveSteps(terms.shape[1] as number, lengths);
  return { sum: tf.sum(tf.where(live, terms, tf.zerosLike(terms))), count: tf.sum(live.toInt()) };
}
