import * as tf from "../../../tf";

/** A power of two: to multiply by it changes no digit. */
const DOWN = 2 ** -80;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** Gradients times a power of two, and their joint norm. */
interface Scaled {
  readonly gradients: readonly tf.Tensor[];
  readonly norm: tf.Tensor;
  /** 1, or 2^−80 where the squares of the gradients overflow. */
  readonly scale: tf.Tensor;
}

/**
 * Scales gradients whose squares overflow, so that their norm does not. Elsewhere the scale is 1, and all numbers are the
 * same bits as those of the plain norm.
 */
function scaled(gradients: readonly tf.Tensor[]): Scaled {
  const scale = tf.where(isFiniteNumber(jointNorm(gradients)), tf.scalar(1), tf.scalar(DOWN));
  const moved = gradients.map((g) => tf.mul(g, scale));
  return { gradients: moved, norm: jointNorm(moved), scale };
}

const jointNorm = (gradients: readonly tf.Tensor[]): tf.Tensor =>
  tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));

/** All gradients times limit · min(1 / ‖all‖, 1 / limit); NaN where the norm is not finite. */
export function clipByGlobalNorm(all: readonly tf.Tensor[], limit: number): tf.Tensor[] {
  const { gradients, norm, scale } = scaled(all);
  const factor = tf.mul(limit, tf.minimum(tf.div(1, norm), tf.div(1 / limit, scale)));
  const orNaN = tf.where(isFiniteNumber(norm), factor, tf.scalar(Number.NaN));
  return gradients.map((g) => tf.mul(g, orNaN));
}

/** g · limit / max(‖g‖, limit); NaN where the norm is not finite. */
export function clipByNorm(gradient: tf.Tensor, limit: number): tf.Tensor {
  const { gradients, norm, scale } = scaled([gradient]);
  const divisor = tf.maximum(norm, tf.mul(limit, scale));
  const orNaN = tf.where(isFiniteNumber(norm), divisor, tf.scalar(Number.NaN));
  return tf.div(tf.mul(gradients[0] as tf.Tensor, limit), orNaN);
}

/** Of a norm, which is not negative. */
const isFiniteNumber = (value: tf.Tensor): tf.Tensor => tf.lessEqual(value, LARGEST_FLOAT32);

/** `clipByGlobalNorm` without the scale, and whether that is right. */
export function usuallyByGlobalNorm(gradients: readonly tf.Tensor[], limit: number): tf.Tensor[] {
  const norm = jointNorm(gradients);
  const factor = tf.mul(limit, tf.minimum(tf.div(1, norm), 1 / limit));
  return [...gradients.map((g) => tf.mul(g, factor)), isFiniteNumber(norm)];
}

/** `clipByNorm` of each gradient without the scale, and whether that is right for all. */
export function usuallyByNorm(gradients: readonly tf.Tensor[], limit: number): tf.Tensor[] {
  const norms = gradients.map((g) => jointNorm([g]));
  const clipped = gradients.map((g, i) => tf.div(tf.mul(g, limit), tf.maximum(norms[i] as tf.Tensor, limit)));
  return [...clipped, norms.map(isFiniteNumber).reduce((all, each) => tf.logicalAnd(all, each))];
}
