import * as tf from "../../../tf";
import { pick } from "../pick-rows";
import { coveragePenalty, lengthPenalty } from "./penalties";

/** The beams of a batch, `[batch, beams]` each. */
export interface Beams {
  /** The logarithm of each hypothesis's probability; −∞ for a beam without a hypothesis. */
  readonly logProbs: tf.Tensor2D;
  readonly finished: tf.Tensor2D;
  /** int32, the token that ended the hypothesis included. */
  readonly lengths: tf.Tensor2D;
}

export interface BeamRules {
  readonly endToken: number;
  readonly lengthPenaltyWeight: number;
  readonly coveragePenaltyWeight: number;
}

/** What a step chose for each beam, best first, `[batch, beams]` each. */
export interface BeamChoice extends Beams {
  readonly scores: tf.Tensor2D;
  /** int32, the token that is appended. */
  readonly predictedIds: tf.Tensor2D;
  /** int32, the beam whose hypothesis it is appended to. */
  readonly parentIds: tf.Tensor2D;
}

const int = (value: number) => tf.scalar(value, "int32");

/**
 * One step of a beam search: the best continuations of a batch's hypotheses, as TensorFlow Addons computes them.
 *
 *   p(h + token)     = p(h)·softmax(logits)[token];  an ended h continues with the end token alone, with probability 1
 *   score(h + token) = log p(h + token) / lengthPenalty + coveragePenalty
 *
 * As in TensorFlow, the length in a step's score does not count the end token in the step that writes it, and the coverage
 * penalty begins one step later.
 *
 * @param logits `[batch·beams, vocabulary]`
 * @param attention the attention that each place got, this step included, `[batch·beams, places]`
 */
export function beamStep(
  before: Beams,
  logits: tf.Tensor2D,
  attention: tf.Tensor | undefined,
  rules: BeamRules,
): BeamChoice {
  const [batch, beams] = before.logProbs.shape;
  const column = (x: tf.Tensor) => tf.reshape(x, [batch * beams, 1]);
  const finished = column(before.finished);
  // The end token's length penalty is another one, so it may be among the likeliest tokens and still not among the best.
  const likeliest = rules.lengthPenaltyWeight === 0 ? beams : beams + 1;
  const { gains, tokens, isBad } = candidatesOf(logits, likeliest, finished, rules.endToken);
  const size = tokens.shape[1];
  const total = tf.add(column(before.logProbs), gains);
  const live = tf.sub(1, before.finished.toFloat()).toInt();
  const scores = scoresOf(
    total,
    tf.equal(tokens, int(rules.endToken)),
    { finished, attention, now: column(before.lengths), next: column(tf.add(before.lengths, live)) },
    rules,
  );
  const inRows = (x: tf.Tensor) => tf.reshape(x, [batch, beams * size]) as tf.Tensor2D;
  const { values, indices } = tf.topk(inRows(scores), beams) as { values: tf.Tensor2D; indices: tf.Tensor2D };
  const parentIds = tf.floorDiv(indices, int(size)) as tf.Tensor2D;
  const predictedIds = pick(inRows(tokens), indices);
  // NaN of one beam would drop out of the search among the others' numbers; so the whole row becomes NaN, which is refused.
  const hasBad = tf.any(tf.reshape(isBad, [batch, beams]), 1, true);
  const notFinite = tf.fill([batch, beams], Number.NaN);
  const logProbs = tf.where(hasBad, notFinite, pick(inRows(total), indices)) as tf.Tensor2D;
  const wasFinished = pick(before.finished.toFloat() as tf.Tensor2D, parentIds);
  const hasEnded = tf.logicalOr(wasFinished.toBool(), tf.equal(predictedIds, int(rules.endToken)));
  const isNone = tf.equal(logProbs, tf.scalar(Number.NEGATIVE_INFINITY));
  const lengths = tf.add(pick(before.lengths, parentIds), tf.sub(1, wasFinished).toInt()) as tf.Tensor2D;
  const ended = tf.logicalOr(hasEnded, isNone) as tf.Tensor2D;
  return { logProbs, lengths, finished: ended, scores: values, predictedIds, parentIds };
}

/**
 * The tokens that can be among the best continuations of a batch: the likeliest ones of each hypothesis, and the end token. So what
 * follows works on a few numbers instead of on the vocabulary.
 *
 * @param likeliest how many likeliest tokens of each hypothesis
 * @param finished bool `[batch·beams, 1]`
 * @returns the logarithms of their probabilities, −∞ where a candidate is none; the tokens, int32; and which hypotheses, live
 *   ones, have logits without probabilities: NaN or infinite
 */
function candidatesOf(logits: tf.Tensor2D, likeliest: number, finished: tf.Tensor, endToken: number) {
  const [rows, size] = logits.shape;
  const { values, indices } = tf.topk(logits, Math.min(likeliest, size));
  const total = tf.logSumExp(logits, 1, true);
  const none = tf.fill([rows, 1], Number.NEGATIVE_INFINITY);
  const hasEnd = tf.any(tf.equal(indices, int(endToken)), 1, true);
  const end = tf.where(hasEnd, none, tf.sub(tf.slice(logits, [0, endToken], [rows, 1]), total));
  const live = tf.where(finished, none, tf.sub(values, total));
  const gains = tf.concat([live, tf.where(finished, tf.zerosLike(none), end)], 1) as tf.Tensor2D;
  const tokens = tf.concat([indices, tf.fill([rows, 1], endToken, "int32")], 1) as tf.Tensor2D;
  const isBad = tf.logicalAnd(tf.isNaN(total), tf.logicalNot(finished));
  return { gains, tokens, isBad };
}

interface Score {
  readonly finished: tf.Tensor;
  readonly attention: tf.Tensor | undefined;
  /** The length of each hypothesis before the step, and after it. */
  readonly now: tf.Tensor;
  readonly next: tf.Tensor;
}

function scoresOf(
  total: tf.Tensor,
  isEnd: tf.Tensor,
  { finished, attention, now, next }: Score,
  rules: BeamRules,
): tf.Tensor {
  const { lengthPenaltyWeight, coveragePenaltyWeight } = rules;
  const penaltyOf = (lengths: tf.Tensor) => lengthPenalty(lengths, lengthPenaltyWeight);
  const scores = lengthPenaltyWeight === 0 ? total : tf.div(total, tf.where(isEnd, penaltyOf(now), penaltyOf(next)));
  if (attention === undefined || coveragePenaltyWeight === 0) return scores;
  return tf.add(scores, tf.mul(coveragePenalty(attention, coveragePenaltyWeight), finished.toFloat()));
}
