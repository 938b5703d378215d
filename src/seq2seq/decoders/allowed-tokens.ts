import { ArgumentError, describe } from "../../arguments";
import * as tf from "../../tf";

/**
 * Which tokens may be written: a tensor of any number type, `[vocabulary]` for all sequences or `[batch, vocabulary]`, where 0
 * means that the token is never written.
 */
export type AllowedTokens = tf.Tensor<tf.Rank.R1 | tf.Rank.R2>;

/** @throws ArgumentError when the mask has not a number for each token, or, eagerly, allows none */
export function checkAllowed(where: string, allowed: AllowedTokens, rows: number, vocabularySize: number): void {
  const size = allowed?.shape?.at(-1);
  const isRight = size === vocabularySize && (allowed.rank === 1 || (allowed.rank === 2 && allowed.shape[0] === rows));
  if (isRight) return;
  const expected = `a mask [${vocabularySize}] or [${rows}, ${vocabularySize}]`;
  throw new ArgumentError(where, "allowed", expected, describe(allowed));
}

/** Logits that are −∞ for tokens that may not be written. */
export function maskedLogits(logits: tf.Tensor2D, allowed: tf.Tensor | undefined): tf.Tensor2D {
  if (allowed === undefined) return logits;
  const isNone = tf.equal(allowed.toFloat(), 0);
  return tf.add(logits, tf.where(isNone, tf.fill(allowed.shape, Number.NEGATIVE_INFINITY), tf.zeros(allowed.shape)));
}
