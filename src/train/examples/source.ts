import type { NumericArray } from "../../data";
import type * as tf from "../../tf";
import type { StopWatch } from "../stop";

/**
 * Examples as typed arrays with a shape, whose first axis counts the examples. The loaders of `unroll/data` give them.
 *
 * @example
 *   const labelled = { x: mnist.train.x, y: mnist.train.y };
 *   const padded = { ...padSequences(reberExamples({ count: 3 }).x), y: numericArray(Int32Array.of(1, 0, 1), [3]) };
 */
export interface ArrayExamples {
  readonly x: NumericArray;
  /** The number of live time steps of each example, int32 `[examples]`, where the examples are padded. */
  readonly lengths?: NumericArray<Int32Array>;
}

/** One sequence, `[nSteps, …]`; a plain typed array is `[nSteps]`. */
export type Sequence = NumericArray | NumericArray["data"];

/**
 * Sequences of different lengths. They are put into buckets of similar length and padded with 0, and the model's `call`
 * gets their lengths as its third argument. A model whose `call` takes no lengths computes on the padding too, and gets
 * a warning.
 *
 * @example
 *   const ragged = { x: [Int32Array.of(3, 1, 2), Int32Array.of(5)], y: numericArray(Int32Array.of(0, 1), [2]) };
 */
export interface RaggedExamples {
  readonly x: readonly Sequence[];
}

/** Examples without targets. */
export type Examples = ArrayExamples | RaggedExamples;

/**
 * Examples with targets, to train or to measure on. A ragged `y` has one sequence for each sequence of `x`, of the same
 * length, and is padded like `x`.
 */
export type TrainingData =
  | (ArrayExamples & { readonly y: NumericArray })
  | (RaggedExamples & { readonly y: NumericArray | readonly Sequence[] });

/** A batch as tensors; the function that takes it disposes it. */
export interface Batch {
  readonly x: tf.Tensor;
  readonly y?: tf.Tensor;
  readonly lengths?: tf.Tensor1D;
}

/** The names of the parts that there are, among x, y and lengths. */
export const batchParts = (y: unknown, lengths: unknown): (keyof Batch)[] => [
  "x",
  ...(y === undefined ? [] : ["y" as const]),
  ...(lengths === undefined ? [] : ["lengths" as const]),
];

/**
 * A data set as batches: it plans which examples form a batch, and turns their indices into tensors. In streamed data,
 * where examples come batch by batch, an index is the number of a batch.
 */
export interface Source {
  /** How many indices there are: the number of examples, or of streamed batches. */
  readonly count: number;
  /** The parts of a batch, in this order. */
  readonly parts: readonly (keyof Batch)[];
  /** The length of the longest padded sequence, for ragged data. */
  readonly longest?: number;
  lengthOf?(index: number): number;
  /** The name, in messages, of the y of example i of a batch: "data.y[17]". */
  labelArgument(indices: Int32Array, i: number): string;
  /** Whether a sequence is shorter than the length to which it is padded. */
  readonly isPadded?: boolean;
  /** The number of time steps to which a batch is padded. */
  paddedTo?(indices: Int32Array): number;
  /**
   * The indices of each batch of one epoch; each index comes once. The order depends on seed and epoch alone, and is
   * the natural order without them. The sizes of the batches are the same in every epoch.
   */
  plan(batchSize: number, shuffle?: { readonly seed: number; readonly epoch: number }): Int32Array[];
  take(indices: Int32Array): Batch;
  /** Set when examples come batch by batch. `ready` must have prepared a batch before `take` takes it. */
  readonly isStreamed?: true;
  /**
   * Waits for the batch at a position of a plan, and asks for the batches after it.
   *
   * @returns false when the wait was stopped
   */
  ready?(plan: readonly Int32Array[], position: number, watch: Pick<StopWatch, "reason">): Promise<boolean>;
  /** The number of examples in a batch that is ready. Default: the number of indices. */
  countOf?(indices: Int32Array): number;
  /** All examples in their natural order, so that a batch can be gathered from them. Ragged data do not have it. */
  all?(): Batch;
}
