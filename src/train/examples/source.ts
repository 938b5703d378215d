import type { NumericArray } from "../../data";
import type * as tf from "../../tf";
import type { StopWatch } from "../stop";

/** Examples as typed arrays with a shape, row by row, as `unroll/data` loads them. */
export interface ArrayExamples {
  readonly x: NumericArray;
  /** The live time steps of each row, int32 `[rows]`, where rows are padded. */
  readonly lengths?: NumericArray<Int32Array>;
}

/** One sequence, `[nSteps, …]`; a plain typed array is `[nSteps]`. */
export type Sequence = NumericArray | NumericArray["data"];

/**
 * Sequences of different lengths. They are put into buckets of similar length, padded with 0, and given with lengths, as
 * the third argument of the model's `call`: one that takes none is told of, as it computes on the padding.
 */
export interface RaggedExamples {
  readonly x: readonly Sequence[];
}

/** Examples without what to learn of them. */
export type Examples = ArrayExamples | RaggedExamples;

/** What to train or measure on. A ragged `y` has a sequence for each of x's, of the same length, and is padded as it is. */
export type TrainingData =
  | (ArrayExamples & { readonly y: NumericArray })
  | (RaggedExamples & { readonly y: NumericArray | readonly Sequence[] });

/** A batch as tensors; whoever takes it disposes it. */
export interface Batch {
  readonly x: tf.Tensor;
  readonly y?: tf.Tensor;
  readonly lengths?: tf.Tensor1D;
}

/** What there is of x, y and lengths. */
export const batchParts = (y: unknown, lengths: unknown): (keyof Batch)[] => [
  "x",
  ...(y === undefined ? [] : ["y" as const]),
  ...(lengths === undefined ? [] : ["lengths" as const]),
];

/** Data as batches: which rows go together, and how they become tensors. */
export interface Source {
  readonly rows: number;
  /** What a batch has, in this order. */
  readonly parts: readonly (keyof Batch)[];
  /** The longest sequence, where data are ragged. */
  readonly longest?: number;
  lengthOf?(row: number): number;
  /** What messages call the y of a row of a batch: "data.y[17]". */
  yAt(rows: Int32Array, i: number): string;
  /** Whether a sequence is shorter than it is padded to. */
  readonly isPadded?: boolean;
  /** To how many time steps a batch of them is padded. */
  paddedTo?(rows: Int32Array): number;
  /**
   * The rows of each batch of one epoch, every row once. The order depends on seed and epoch alone; without them rows
   * come in their own order. Which sizes batches have is the same in every epoch.
   */
  plan(batchSize: number, shuffle?: { readonly seed: number; readonly epoch: number }): Int32Array[];
  take(rows: Int32Array): Batch;
  /** Examples come batch by batch: a row is a batch, and has to be made ready before it is taken. */
  readonly isStreamed?: true;
  /**
   * Waits for a batch of a plan, and asks for those after it.
   *
   * @returns false when it was stopped meanwhile
   */
  ready?(plan: readonly Int32Array[], at: number, watch: Pick<StopWatch, "reason">): Promise<boolean>;
  /** How many examples a batch has that is ready; unless told, as many as rows. */
  countOf?(rows: Int32Array): number;
  /** All rows in their own order, where a batch may be gathered from them; not there for ragged data. */
  all?(): Batch;
}
