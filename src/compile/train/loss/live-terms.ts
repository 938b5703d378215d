import * as tf from "../../../tf";

/**
 * Sum and count of the terms of live examples or time steps. Terms that are not live change nothing, NaN included, because they
 * are removed before the sum.
 *
 * @param terms their further axes, beyond those of `live`, are elements of one example or time step
 * @param live 1 or 0, or booleans, with the first axes of `terms`
 */
export function liveSums(terms: tf.Tensor, live: tf.Tensor): { readonly sum: tf.Tensor; readonly count: tf.Tensor } {
  const perPosition = sumOver(terms, live.rank);
  const isLive = live.dtype === "bool" ? live : live.toBool();
  const size = terms.size / Math.max(1, perPosition.size);
  const count = tf.sum(isLive.toInt());
  return {
    sum: tf.sum(tf.where(isLive, perPosition, tf.zerosLike(perPosition))),
    count: size === 1 ? count : tf.mul(count, tf.scalar(size, "int32")),
  };
}

/** Sums over all axes from `rank` on. */
function sumOver(terms: tf.Tensor, rank: number): tf.Tensor {
  if (terms.rank === rank) return terms;
  const size = terms.shape.slice(rank).reduce((product, each) => product * each, 1);
  return tf.sum(tf.reshape(terms, [...terms.shape.slice(0, rank), size]), rank);
}
