import { checkCount } from "../../../arguments";
import { checkNotNegative, checkPositive } from "../../../rnn/internal";
import * as tf from "../../../tf";
import type { SamplingOptions } from "../../../train";
import { pick } from "../pick-rows";
import { likeliest } from "./likeliest";

/** How tokens are drawn. The tokens that may come are those of `nextTokenProbabilities` of `unroll/train`. */
export type TokenSampling = Pick<SamplingOptions, "temperature" | "topK" | "topP">;

/** @throws ArgumentError naming the option that is out of its range */
export function checkTokenSampling(where: string, { temperature, topK, topP }: TokenSampling): void {
  if (temperature !== undefined) checkNotNegative(where, "temperature", temperature);
  if (topK !== undefined) checkCount(where, "topK", topK);
  if (topP !== undefined) checkPositive(where, "topP", topP, 1);
}

/** Temperatures whose reciprocal, which a graph multiplies by, is a normal float32 too: others would make scores NaN. */
const [SMALLEST, LARGEST] = [2 ** -126, 2 ** 125];

/**
 * One token for each row, drawn by the softmax of its logits over the tokens that may come.
 *
 * @param logits `[batch, vocabulary]`; −∞ for a token that cannot come
 * @param uniform `[batch]`, uniform on [0, 1)
 * @returns int32 `[batch]`
 */
export function sampledTokens(
  logits: tf.Tensor2D,
  uniform: tf.Tensor1D,
  { temperature = 1, topK, topP = 1 }: TokenSampling,
): tf.Tensor1D {
  if (temperature === 0) return likeliest(logits);
  const size = logits.shape[1];
  const scores: tf.Tensor2D = tf.div(
    tf.sub(logits, tf.max(logits, 1, true)),
    Math.max(SMALLEST, Math.min(temperature, LARGEST)),
  );
  const kept = topK === undefined || topK >= size ? scores : keepTopK(scores, topK);
  const weights = tf.exp(kept);
  if (topP >= 1) return drawn(weights, uniform);
  const { values, indices } = tf.topk(tf.div(weights, tf.sum(weights, 1, true)) as tf.Tensor2D, size);
  const isKept = tf.less(tf.cumsum(values, 1, true), topP); // the mass before the token has not reached p
  const place = drawn(tf.mul(values, isKept.toFloat()) as tf.Tensor2D, uniform);
  return pick(indices as tf.Tensor2D, place.expandDims(1)).flatten() as tf.Tensor1D;
}

function keepTopK(scores: tf.Tensor2D, k: number): tf.Tensor2D {
  const least = tf.slice(tf.topk(scores, k).values, [0, k - 1], [scores.shape[0], 1]);
  return tf.where(tf.greaterEqual(scores, least), scores, tf.fill(scores.shape, Number.NEGATIVE_INFINITY));
}

/** The first token of each row at which the weights so far exceed their share of the whole. A token of weight 0 never comes. */
function drawn(weights: tf.Tensor2D, uniform: tf.Tensor1D): tf.Tensor1D {
  const [rows, size] = weights.shape;
  const soFar = tf.cumsum(weights, 1);
  const total = tf.slice(soFar, [0, size - 1], [rows, 1]);
  const isBefore = tf.logicalAnd(
    tf.lessEqual(soFar, tf.mul(total, tf.reshape(uniform, [rows, 1]))),
    tf.less(soFar, total),
  );
  return tf.sum(isBefore.toFloat(), 1).toInt() as tf.Tensor1D;
}
