import * as tf from "../../../tf";
import type { BeamRules, Beams } from "./beam-step";
import { coveragePenalty, lengthPenalty } from "./penalties";

/**
 * The scores of hypotheses, each at its own length:
 *
 *   log p / ((5 + length) / 6)^lengthPenaltyWeight + coveragePenaltyWeight · Σ log(min(Σ attention, 1))
 *
 * @param attention `[batch·beams, places]`; nothing without a coverage penalty
 */
export function finalScores(
  { logProbs, lengths }: Beams,
  attention: tf.Tensor | readonly [],
  { lengthPenaltyWeight, coveragePenaltyWeight }: BeamRules,
): tf.Tensor2D {
  const scores = lengthPenaltyWeight === 0 ? logProbs : tf.div(logProbs, lengthPenalty(lengths, lengthPenaltyWeight));
  if (!(attention instanceof tf.Tensor)) return scores as tf.Tensor2D;
  return tf.add(scores, tf.reshape(coveragePenalty(attention, coveragePenaltyWeight), logProbs.shape)) as tf.Tensor2D;
}

/**
 * Which sequences of a batch have their n best hypotheses, whatever comes: bool `[batch, 1]`. The n-th best that has ended is better
 * than what a live one can reach. Its probability only falls; its length penalty is the greatest at the last step; its coverage
 * penalty is at most 0.
 */
export function isSettled(
  beams: Beams,
  scores: tf.Tensor2D,
  {
    nBest,
    maximumIterations,
    lengthPenaltyWeight,
  }: BeamRules & { readonly nBest: number; readonly maximumIterations: number },
): tf.Tensor2D {
  const none = tf.fill(scores.shape, Number.NEGATIVE_INFINITY);
  const ended = tf.topk(tf.where(beams.finished, scores, none), nBest).values;
  const worst = tf.min(ended, 1, true);
  const reach = tf.div(beams.logProbs, ((5 + maximumIterations) / 6) ** lengthPenaltyWeight);
  return tf.greater(worst, tf.max(tf.where(beams.finished, none, reach), 1, true));
}
