import { positionOf } from "../../compile/internal";
import * as tf from "../../tf";
import { type Batch, type BatchTensors, type Source, structured } from "../examples/source";
import type { AnyModel } from "../model";

/** What a function of batches works on. Compiled functions and eager ones take the same options. */
export interface StepOptions {
  /** The public function that the user called, for messages. */
  readonly where: string;
  readonly model: AnyModel;
  readonly source: Source;
  readonly compiled: boolean;
}

/** The option of a compiled function of batches: a graph for each shape that they may have, however many these are. */
export const graphsFor = ({ shapes = 0 }: Source): { graphs?: number } => (shapes > 64 ? { graphs: shapes } : {});

/** A batch as the list of arguments of a compiled function. */
export const listOf = ({ paths }: Source, tensors: BatchTensors): tf.Tensor[] =>
  paths.map((path) => tensors[path] as tf.Tensor);

/** The batch that such a list of arguments was made of. */
export const batchOf = ({ paths }: Source, given: readonly tf.Tensor[]): Batch =>
  structured(Object.fromEntries(paths.map((path, i) => [path, given[i] as tf.Tensor])));

/** Calls `use` with the tensors of a batch, by path, and disposes them. */
export function withTensors<T>(source: Source, indices: Int32Array, use: (tensors: BatchTensors) => T): T {
  const tensors = source.take(indices);
  try {
    return use(tensors);
  } finally {
    tf.dispose(Object.values(tensors));
  }
}

/** Calls `use` with a batch, and disposes the batch. */
export const withBatch = <T>(source: Source, indices: Int32Array, use: (batch: Batch) => T): T =>
  withTensors(source, indices, (tensors) => use(structured(tensors)));

/**
 * A place in the data: `data.x.text[17][2]` for the third time step of an example.
 *
 * @param position of the element in a batch's tensor of this shape
 */
export function placeOf(
  source: Source,
  indices: Int32Array,
  path: string,
  shape: readonly number[],
  position: number,
): string {
  const [example = 0, ...rest] = positionOf(position, shape);
  return [source.argumentAt(path, indices, example), ...rest.map((each) => `[${each}]`)].join("");
}
