import { type NumericArray, takeRows } from "../../data";
import { toTensor } from "../../rnn";
import * as tf from "../../tf";
import { type Buckets, paddedSteps } from "./plan/buckets";
import { padded, type Sequences } from "./sequences";

/** One tensor of each batch. */
export interface Column {
  readonly path: string;
  take(indices: Int32Array): tf.Tensor;
  /** All examples; undefined for sequences of different lengths. */
  readonly all?: () => tf.Tensor;
}

export const arrayColumn = (path: string, array: NumericArray): Column => ({
  path,
  take: (indices) => toTensor(takeRows(array, indices)),
  all: () => toTensor(array),
});

/** The sequences of a part, padded to the longest of their bucket. */
export function raggedColumn(path: string, sequences: Sequences, buckets: Buckets): Column {
  const steps = paddedSteps(buckets, sequences.lengths);
  const stepsOf = (indices: Int32Array) => steps[buckets.of[indices[0] as number] as number] as number;
  return { path, take: (indices) => padded(sequences, indices, stepsOf(indices)) };
}

export const lengthsColumn = (path: string, lengths: Int32Array): Column => ({
  path,
  take: (indices) =>
    tf.tensor1d(
      Int32Array.from(indices, (index) => lengths[index] as number),
      "int32",
    ),
  all: () => tf.tensor1d(lengths, "int32"),
});
