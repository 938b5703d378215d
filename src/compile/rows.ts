import * as tf from "../tf";

/** The first rows of a tensor: a slice along its first axis. */
export const firstRows = (tensor: tf.Tensor, rows: number): tf.Tensor =>
  tf.slice(
    tensor,
    tensor.shape.map(() => 0),
    [rows, ...tensor.shape.slice(1)],
  );

/** The rows of a tensor, each without the first axis: `tf.unstack`. A single row needs no copy. */
export const unstack = (tensor: tf.Tensor): tf.Tensor[] =>
  tensor.shape[0] === 1 ? [tf.reshape(tensor, tensor.shape.slice(1))] : tf.unstack(tensor);
