import type { NumericArray } from "../data";
import { ArgumentError } from "../rnn";
import type * as tf from "../tf";
import { arraySource } from "./arrays";
import { describe } from "./checks";
import { raggedSource } from "./ragged";
import type { StopWatch } from "./stop";
import { isStreamed, type StreamedExamples, streamedSource } from "./streamed";

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

/**
 * Checks data and makes a source of them.
 *
 * @param buckets into how many lengths ragged sequences are put
 * @throws ArgumentError naming the part that is missing or does not fit
 */
export function sourceOf(
  where: string,
  argument: string,
  data: (Examples & { readonly y?: unknown }) | StreamedExamples,
  { needsY, buckets = 4, mayStream = false }: { needsY: boolean; buckets?: number; mayStream?: boolean },
): Source {
  const expected = needsY ? "{ x, y }, arrays with a shape or lists of sequences" : "{ x }";
  if (data === null || typeof data !== "object") throw new ArgumentError(where, argument, expected, describe(data));
  if (mayStream && isStreamed(data)) return streamedSource({ where, argument }, data);
  if (!("x" in data) || data.x === undefined || (needsY && data.y === undefined)) {
    const isOne = !("x" in data) && "shape" in data;
    const hint = isOne && !needsY ? ", where the array's first axis counts examples; { x: [it] } for a single one" : "";
    throw new ArgumentError(where, argument, `${expected}${hint}`, describe(data));
  }
  const place = { where, argument };
  if (Array.isArray(data.x) && "lengths" in data && data.lengths !== undefined) {
    throw new ArgumentError(where, `${argument}.lengths`, "none beside a list, whose sequences have theirs", "lengths");
  }
  if (Array.isArray(data.x)) return raggedSource(place, data as TrainingData & RaggedExamples, buckets);
  return arraySource(place, data as ArrayExamples & { readonly y?: NumericArray });
}
