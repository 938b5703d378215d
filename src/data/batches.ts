import { type NumericArray, type NumericData, rowCount, sliceRows, takeRows } from "./array";
import { checkWhole, DataError } from "./errors";
import { Random } from "./random";

/**
 * Examples and their targets, along the first axis. `lengths` has the number of live time steps of each example, where
 * examples are padded. `RX` and `RY` are the numbers of axes of x and y, where the compiler knows them.
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
}

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
  const taken = { x: takeRows(dataset.x, indices), y: takeRows(dataset.y, indices) };
  return dataset.lengths ? { ...taken, lengths: takeRows(dataset.lengths, indices) } : taken;
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
  return [sliceExamples(dataset, 0, count), sliceExamples(dataset, count, total)];
}

function sliceExamples<X extends NumericData, Y extends NumericData, RX extends number, RY extends number>(
  dataset: Dataset<X, Y, RX, RY>,
  begin: number,
  end: number,
): Dataset<X, Y, RX, RY> {
  const sliced = { x: sliceRows(dataset.x, begin, end), y: sliceRows(dataset.y, begin, end) };
  return dataset.lengths ? { ...sliced, lengths: sliceRows(dataset.lengths, begin, end) } : sliced;
}

function exampleCount(dataset: Dataset, where: string): number {
  const count = rowCount(dataset.x);
  for (const part of ["y", "lengths"] as const) {
    const array = dataset[part];
    if (array && rowCount(array) !== count) {
      throw new DataError(where, `dataset.${part}`, `${count} examples, as x has`, `${rowCount(array)}`);
    }
  }
  return count;
}
