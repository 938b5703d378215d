import * as tf from "../../tf";

/** The elements of each row at `indices`, `[batch, n]`. */
export function pick<T extends tf.Tensor2D>(from: T, indices: tf.Tensor2D): T {
  return tf.reshape(tf.gather(tf.reshape(from, [-1]), flatRows(indices, from.shape[1])), indices.shape) as T;
}

/** The rows of `[batch·beams, …]` that `parentIds` choose, `[batch, beams]`. */
export const pickRows = (from: tf.Tensor, parentIds: tf.Tensor2D): tf.Tensor =>
  tf.gather(from, flatRows(parentIds, parentIds.shape[1]));

/** Indices into rows of a size as indices into all rows, one after the other. */
function flatRows(indices: tf.Tensor2D, size: number): tf.Tensor1D {
  const first = tf.mul(tf.range(0, indices.shape[0], 1, "int32"), tf.scalar(size, "int32")).expandDims(1);
  return tf.reshape(tf.add(indices, first), [-1]) as tf.Tensor1D;
}
