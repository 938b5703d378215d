import { type NumericArray, type NumericData, rowCount, sliceRows, takeRows } from "./array";
import { checkOptions } from "./check-options";
import { checkWhole, DataError } from "./errors";
import { Random } from "./random";

/**
 * Examples and their targets, along the first axis. `lengths` has the number of live time steps of each example, where
 * examples are padded; `sampleWeights` and `mask` have a row for each example, and `ignoreLabel` is a label that counts
 * nothing, as `fit` takes them. `RX` and `RY` are the numbers of axes of x and y, where the compiler knows them.
 *
 * @example
 *   const digits: Dataset<Uint8Array, Int32Array, 3, 1> = drawnDigits({ count: 100 });
 */
export interface Dataset<
  X extends NumericData = NumericData,
  Y extends NumericData = NumericData,
  RX extends number = number,
  RY extends number = number,
> {
  readonly x: NumericArray<X, RX>;
  readonly y: NumericArray<Y, RY>;
  readonly lengths?: NumericArray<Int32Array, 1>;
  readonly sampleWeights?: NumericArray;
  readonly mask?: NumericArray;
  readonly ignoreLabel?: number;
}

/** The parts of a data set that have a row for each example. */
const ROWS = ["x", "y", "lengths", "sampleWeights", "mask"] as const;

export interface BatchesOptions {
  /** Examples in each batch. Required. */
  batchSize: number;
  /** Fixes the order, together with `epoch`. Default: 0. */
  seed?: number;
  /** The number of the epoch. Each epoch has its own order, which is the same at every call. Default: 0. */
  epoch?: number;
  /** false: the examples keep their own order. Default: true. */
  shuffle?: boolean;
  /** true: leaves out the last batch when it is short. Default: false, so that every example comes once. */
  dropRemainder?: boolean;
}

/**
 * One epoch of batches: every example once, in seeded random order. Each batch is a fresh copy, so that a tensor may
 * share its memory. (The book's `next_batch` carries a remainder over to the next epoch; here the last batch is
 * short.)
 *
 * @example
 *   for (const { x, y } of batches(drawnDigits({ count: 450 }), { batchSize: 150, seed: 42 })) {
 *     console.log(x.shape, y.shape); // [150, 28, 28] and [150]
 *   }
 *
 * @throws DataError, at the call, for options out of range or parts with different numbers of examples
 */
export function batches<X extends NumericData, Y extends NumericData, RX extends number, RY extends number>(
  dataset: Dataset<X, Y, RX, RY>,
  options: BatchesOptions,
): IterableIterator<Dataset<X, Y, RX, RY>> {
  const count = exampleCount(dataset, "batches");
  checkOptions("batches", options, ["batchSize", "seed", "epoch", "shuffle", "dropRemainder"]);
  const { batchSize, seed = 0, epoch = 0, shuffle = true, dropRemainder = false } = options;
  checkWhole("batches", "batchSize", batchSize, 1);
  checkWhole("batches", "epoch", epoch, 0);
  if (count === 0) throw new DataError("batches", "dataset", "at least one example", "none");
  if (dropRemainder) checkWhole("batches", "batchSize with dropRemainder", batchSize, 1, count);
  const order = shuffle ? new Random(seed, epoch).permutation(count) : Int32Array.from({ length: count }, (_, i) => i);
  return gather(dataset, order, batchSize, dropRemainder ? count - (count % batchSize) : count);
}

function* gather<X extends NumericData, Y extends NumericData, RX extends number, RY extends number>(
  dataset: Dataset<X, Y, RX, RY>,
  order: Int32Array,
  batchSize: number,
  end: number,
): IterableIterator<Dataset<X, Y, RX, RY>> {
  for (let begin = 0; begin < end; begin += batchSize) {
    yield takeExamples(dataset, order.subarray(begin, Math.min(begin + batchSize, end)));
  }
}

/**
 * Copies the examples at `indices`, in that order.
 *
 * @example
 *   const digits = drawnDigits({ count: 100 });
 *   const three = takeExamples(digits, [5, 7, 9]);
 *
 * @throws DataError when an index is out of range
 */
export function takeExamples<X extends NumericData, Y extends NumericData, RX extends number, RY extends number>(
  dataset: Dataset<X, Y, RX, RY>,
  indices: readonly number[] | Int32Array,
): Dataset<X, Y, RX, RY> {
  return eachPart("takeExamples", dataset, (part) => takeRows(part, indices));
}

/**
 * Splits a data set into the first `count` examples and the rest; both share its memory.
 *
 * @example
 *   const [validation, rest] = splitExamples(drawnDigits({ count: 1000 }), 100);
 *
 * @throws DataError when there are fewer than `count` examples
 */
export function splitExamples<X extends NumericData, Y extends NumericData, RX extends number, RY extends number>(
  dataset: Dataset<X, Y, RX, RY>,
  count: number,
): [first: Dataset<X, Y, RX, RY>, rest: Dataset<X, Y, RX, RY>] {
  const total = exampleCount(dataset, "splitExamples");
  checkWhole("splitExamples", "count", count, 0, total);
  const slice = (begin: number, end: number) =>
    eachPart("splitExamples", dataset, (part) => sliceRows(part, begin, end));
  return [slice(0, count), slice(count, total)];
}

/** The data set whose parts are made of the parts of another one. @throws DataError for a part that is no array */
function eachPart<D extends Dataset>(where: string, dataset: D, of: (part: NumericArray) => NumericArray): D {
  const { ignoreLabel } = dataset;
  const parts = partsOf(where, dataset).map(([name, part]) => [name, of(part)] as const);
  return { ...Object.fromEntries(parts), ...(ignoreLabel !== undefined && { ignoreLabel }) } as unknown as D;
}

/** The parts that a data set has. @throws DataError for a part that is no array */
function partsOf(where: string, dataset: Dataset): (readonly [string, NumericArray])[] {
  return ROWS.flatMap((name) => {
    const part: NumericArray | undefined = dataset[name];
    if (part === undefined && name !== "x" && name !== "y") return [];
    if (Array.isArray(part?.shape)) return [[name, part as NumericArray] as const];
    const got = typeof part === "object" ? `{ ${Object.keys(part ?? {}).join(", ")} }` : String(part);
    throw new DataError(where, `dataset.${name}`, "an array with a shape", Array.isArray(part) ? "a list" : got);
  });
}

function exampleCount(dataset: Dataset, where: string): number {
  const parts = partsOf(where, dataset);
  const count = rowCount(dataset.x);
  for (const [name, array] of parts) {
    if (rowCount(array) === count) continue;
    throw new DataError(where, `dataset.${name}`, `${count} examples, as x has`, `${rowCount(array)}`);
  }
  return count;
}
