import { ArgumentError } from "../../../arguments";
import { checkNotNegative } from "../../../rnn/internal";
import * as tf from "../../../tf";

const LARGEST = 3.4e38; // of float32

/** @throws ArgumentError for a weight that is no number from 0 up, or with which a penalty is infinite in float32 */
export function checkLengthPenalty(where: string, argument: string, weight: number, longest: number): void {
  checkNotNegative(where, argument, weight);
  const most = Math.log(LARGEST) / Math.log(5 + longest);
  if (weight <= most) return;
  const expected = `at most ${most.toFixed(1)}, because 5 + ${longest} to this power must be a float32`;
  throw new ArgumentError(where, argument, expected, `${weight}`);
}

/**
 * What the logarithm of a hypothesis's probability is divided by (Wu et al. 2016, arXiv:1609.08144): ((5 + length) / 6)^weight.
 *
 * @param lengths int32, of any shape
 */
export const lengthPenalty = (lengths: tf.Tensor, weight: number): tf.Tensor =>
  tf.div(tf.pow(tf.add(lengths.toFloat(), 5), weight), 6 ** weight);

/**
 * What is added for each hypothesis (the same paper): weight · Σ log(min(Σ attention, 1)) over the places of the source, 0 for a
 * hypothesis that has looked at each place enough. Places that got no attention at all are padding, and count 0.
 *
 * @param attention the attention that each place of the source got so far, `[rows, places]`
 * @returns `[rows, 1]`
 */
export function coveragePenalty(attention: tf.Tensor, weight: number): tf.Tensor {
  const seen = tf.where(tf.equal(attention, 0), tf.onesLike(attention), attention);
  return tf.mul(tf.sum(tf.log(tf.minimum(seen, 1)), 1, true), weight);
}
