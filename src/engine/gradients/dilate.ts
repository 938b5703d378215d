import * as tf from "../start";

/** Puts d − 1 zeros between the weights of a filter along each of its first axes: a dilated filter as a plain one. */
export function dilate(filter: tf.Tensor, dilations: readonly number[]): tf.Tensor {
  return dilations.reduce((made, dilation, axis) => {
    if (dilation === 1) return made;
    const size = made.shape[axis] as number;
    const spread = tf.pad(tf.expandDims(made, axis + 1), paddings(made.rank + 1, axis + 1, dilation - 1));
    const joined = tf.reshape(spread, withSize(made.shape, axis, size * dilation));
    return first(joined, axis, (size - 1) * dilation + 1);
  }, filter);
}

/** Takes the weights out again. */
export function undilate(filter: tf.Tensor, dilations: readonly number[]): tf.Tensor {
  return dilations.reduce((made, dilation, axis) => {
    if (dilation === 1) return made;
    const size = ((made.shape[axis] as number) - 1) / dilation + 1;
    const whole = tf.pad(made, paddings(made.rank, axis, dilation - 1));
    const split = [...made.shape.slice(0, axis), size, dilation, ...made.shape.slice(axis + 1)];
    return tf.squeeze(first(tf.reshape(whole, split), axis + 1, 1), [axis + 1]);
  }, filter);
}

/** The size of a dilated filter along each axis. */
export const dilatedShape = (shape: readonly number[], dilations: readonly number[]): number[] =>
  shape.map((size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1);

const withSize = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((each, i) => (i === axis ? size : each));

const paddings = (rank: number, axis: number, after: number): [number, number][] =>
  Array.from({ length: rank }, (_, i) => [0, i === axis ? after : 0]);

const first = (x: tf.Tensor, axis: number, size: number): tf.Tensor =>
  tf.slice(
    x,
    x.shape.map(() => 0),
    withSize(x.shape, axis, size),
  );
