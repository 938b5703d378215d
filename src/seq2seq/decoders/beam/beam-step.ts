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
  const [rows, size] = logits.shape;
  const column = (x: tf.Tensor) => tf.reshape(x, [rows, 1]);
  const finished = column(before.finished);
  const isEnd = tf.equal(tf.range(0, size, 1, "int32"), int(rules.endToken)).expandDims(0);
  const onlyEnd = tf.where(isEnd, tf.zeros([1, size]), tf.fill([1, size], Number.NEGATIVE_INFINITY));
  const own = tf.where(finished, onlyEnd, tf.logSoftmax(logits));
  const total = tf.add(column(before.logProbs), own);
  const live = tf.sub(1, before.finished.toFloat()).toInt();
  const scores = scoresOf(
    total,
    isEnd,
    { finished, attention, now: column(before.lengths), next: column(tf.add(before.lengths, live)) },
    rules,
  );
  const { values, indices } = tf.topk(tf.reshape(scores, [batch, beams * size]), beams);
  const parentIds = tf.floorDiv(indices, int(size)) as tf.Tensor2D;
  const predictedIds = tf.sub(indices, tf.mul(parentIds, int(size))) as tf.Tensor2D;
  const logProbs = pick(tf.reshape(total, [batch, beams * size]) as tf.Tensor2D, indices as tf.Tensor2D);
  const wasFinished = pick(before.finished.toFloat() as tf.Tensor2D, parentIds);
  const hasEnded = tf.logicalOr(wasFinished.toBool(), tf.equal(predictedIds, int(rules.endToken)));
  const isNone = tf.equal(logProbs, tf.scalar(Number.NEGATIVE_INFINITY));
  const lengths = tf.add(pick(before.lengths, parentIds), tf.sub(1, wasFinished).toInt()) as tf.Tensor2D;
  return {
    logProbs,
    lengths,
    finished: tf.logicalOr(hasEnded, isNone) as tf.Tensor2D,
    scores: values as tf.Tensor2D,
    predictedIds,
    parentIds,
  };
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
