import type * as tf from "../../tf";
import type { StopWatch } from "../stop";
import { nested, type Structure } from "../structure";
import type { Plan, Shuffle } from "./plan/order";

/**
 * The tensors of a batch by path: "x" or "x.encoder", "y…", "lengths.x…", "lengths.y…", "weights…", "mask…", "reset". The function
 * that takes them disposes them.
 */
export type BatchTensors = Readonly<Record<string, tf.Tensor>>;

/** A batch in the structure of its data. */
export interface Batch {
  readonly x: Structure<tf.Tensor>;
  readonly y?: Structure<tf.Tensor>;
  readonly lengths?: { readonly x?: Structure<tf.Tensor1D>; readonly y?: Structure<tf.Tensor1D> };
  readonly weights?: Structure<tf.Tensor>;
  readonly mask?: Structure<tf.Tensor>;
  /** Of streams: int32 `[batch]`, 1 where a row begins anew. */
  readonly reset?: tf.Tensor;
}

/** The structure of a batch's tensors. */
export const structured = (tensors: BatchTensors): Batch => nested(tensors) as unknown as Batch;

/** The time steps of a part of x: how many each example has, and how many the longest of all has. */
export interface Steps {
  readonly longest: number;
  lengthOf(index: number): number;
}

/**
 * A data set as batches: it plans which examples form a batch, and turns their indices into tensors. In streamed data,
 * where examples come batch by batch, an index is the number of a batch.
 */
export interface Source {
  /** How many indices there are: the number of examples, or of streamed batches. */
  readonly count: number;
  /** The paths of a batch's tensors, in this order. */
  readonly paths: readonly string[];
  /** The name, in messages, of an example of a part, "data.y[17]", by its number i in a batch. */
  argumentAt(path: string, indices: Int32Array, i: number): string;
  /** How many shapes batches may have. Default: it is not known. */
  readonly shapes?: number;
  /** Whether a part of x has time steps that are padding. */
  readonly isPadded: boolean;
  /** The time steps of a part of x that has lengths. */
  steps?(path: string): Steps | undefined;
  /**
   * The indices of each batch of one epoch; each index comes once. The order depends on seed and epoch alone, and is
   * the natural order without them. The sizes of the batches are the same in every epoch.
   */
  plan(batchSize: number, shuffle?: Shuffle): Plan;
  take(indices: Int32Array): BatchTensors;
  /** Set when the rows of a batch go on from the batch before: an index is the number of a batch, in its fixed order. */
  readonly isStateful?: true;
  /** Set when examples come batch by batch. `ready` must have prepared a batch before `take` takes it. */
  readonly isStreamed?: true;
  /**
   * Waits for the batch at a position of a plan, and asks for the batches after it.
   *
   * @returns false when the wait was stopped
   */
  ready?(plan: Plan, position: number, watch: Pick<StopWatch, "reason">): Promise<boolean>;
  /** The number of examples in a batch that is ready. Default: the number of indices. */
  countOf?(indices: Int32Array): number;
  /** All examples in their natural order, so that a batch can be gathered from them. Ragged data do not have it. */
  all?(): BatchTensors;
}
