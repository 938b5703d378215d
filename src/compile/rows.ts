import * as tf from "../tf";

/** The first rows of a tensor. */
export const firstRows = (tensor: tf.Tensor, rows: number): tf.Tensor =>
  tf.slice(
    tensor,
    tensor.shape.map(() => 0),
    [rows, ...tensor.shape.slice(1)],
  );

/** A tensor taken apart by its first axis: `tf.unstack`, whose gradient fails on a single part. */
export const unstack = (tensor: tf.Tensor): tf.Tensor[] =>
  tensor.shape[0] === 1 ? [tf.reshape(tensor, tensor.shape.slice(1))] : tf.unstack(tensor);
