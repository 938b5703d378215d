import * as tf from "../../../src/tf";
import { type Case, on } from "../differences";
import { ints, X } from "./kernel";

export const reductions = {
  Sum: [on([X], (x) => tf.sum(tf.square(x), 1)), on([X], (x) => tf.sum(x)), on([X], (x) => tf.sum(x, -2, true))],
  Mean: [on([X], (x) => tf.mean(tf.square(x), 0)), on([X], (x) => tf.mean(x, [-1], true))],
  Max: [on([X], (x) => tf.max(tf.exp(x), 1)), on([X], (x) => tf.max(x, -2, true))],
  Min: [on([X], (x) => tf.min(tf.exp(x), 0)), on([X], (x) => tf.min(x))],
  Prod: [
    on([X], (x) => tf.prod(x, 1)),
    on([[2, 3]], (x) => tf.prod(x)),
    on([X], (x) => tf.prod(x, -1)),
    on([X], (x) => tf.prod(x, 0, true)),
    on([[2, 2, 3]], (x) => tf.prod(x, [0, 2])),
  ],
  All: [on([X], (x) => tf.mul(x, tf.cast(tf.all(tf.greater(x, -2)), "float32")))],
  Any: [on([X], (x) => tf.mul(x, tf.cast(tf.any(tf.greater(x, 0), 1, true), "float32")))],
  ArgMax: [on([X], (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMax(x, 1), 1), "float32")))],
  ArgMin: [on([X], (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMin(x, 1), 1), "float32")))],
  Softmax: [on([X], (x) => tf.softmax(x))],
  LogSoftmax: [on([X], (x) => tf.logSoftmax(x))],
  Cumsum: cumulative((x, axis, exclusive, reverse) => tf.cumsum(tf.square(x), axis, exclusive, reverse)),
  Cumprod: [
    ...cumulative((x, axis, exclusive, reverse) => tf.cumprod(x, axis, exclusive, reverse)),
    on([[3]], (x) => tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1])))),
  ],
  UnsortedSegmentSum: [on([X], (x) => tf.unsortedSegmentSum(tf.square(x), ints([0, 1, 0]) as tf.Tensor1D, 3))],
};

/** Each axis of rank 3, one of them from the end, with both flags. */
function cumulative(of: (x: tf.Tensor, axis: number, exclusive: boolean, reverse: boolean) => tf.Tensor): Case[] {
  return [-2, 0, 2].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => on([[2, 3, 2]], (x) => of(x, axis, exclusive, reverse))),
    ),
  );
}
