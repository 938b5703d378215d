import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import type { Model } from "../model";

/** What a function of batches works on. Compiled functions and eager ones take the same options. */
export interface StepOptions {
  /** The public function that the user called, for messages. */
  readonly where: string;
  readonly model: Model;
  readonly source: Source;
  readonly compiled: boolean;
}

/** A batch as the list of arguments of a compiled function. */
export const listOf = ({ parts }: Source, batch: Batch): tf.Tensor[] => parts.map((part) => batch[part] as tf.Tensor);

/** The batch that such a list of arguments was made of. */
export const batchOf = ({ parts }: Source, given: readonly tf.Tensor[]): Batch =>
  Object.fromEntries(parts.map((part, i) => [part, given[i]])) as unknown as Batch;

/** Calls `use` with a batch, and disposes the batch. */
export function withBatch<T>(source: Source, indices: Int32Array, use: (batch: Batch) => T): T {
  const batch = source.take(indices);
  try {
    return use(batch);
  } finally {
    tf.dispose(listOf(source, batch));
  }
}
