import { type NumericArray, type NumericData, rowCount, sliceRows, takeRows } from "./array";
import { checkWhole, DataError } from "./errors";
import { Random } from "./random";

/** Examples and what to learn of them, row by row; `lengths`, where rows are padded, has each row's live time steps. */
export interface Dataset<X extends NumericData = NumericData, Y extends NumericData = NumericData> {
  readonly x: NumericArray<X>;
  readonly y: NumericArray<Y>;
  readonly lengths?: NumericArray<Int32Array>;
}

export interface BatchesOptions {
  /** Rows in each batch. */
  batchSize: number;
  /** Gives the order, together with `epoch`. Default 0. */
  seed?: number;
  /** Each epoch has an order of its own, the same whenever it is asked for. Default 0. */
  epoch?: number;
  /** false: rows in their own order. Default true. */
  shuffle?: boolean;
  /** true: leave out the last batch when it would be short. Default false, so that every row comes once. */
  dropRemainder?: boolean;
}

/**
 * One epoch of batches: every row once, in seeded random order. Each batch is a fresh copy, so that a tensor may share
 * its memory. (The book's `next_batch` carries a remainder over to the next epoch; here the last batch is short.)
 *
 * @throws DataError, at the call, for options out of range or parts with different numbers of rows
 */
export function batches<X extends NumericData, Y extends NumericData>(
  dataset: Dataset<X, Y>,
  options: BatchesOptions,
): IterableIterator<Dataset<X, Y>> {
  const rows = datasetRows(dataset, "batches");
  const { batchSize, seed = 0, epoch = 0, shuffle = true, dropRemainder = false } = options;
  checkWhole("batches", "batchSize", batchSize, 1);
  checkWhole("batches", "epoch", epoch, 0);
  if (rows === 0) throw new DataError("batches", "dataset", "at least one row", "none");
  if (dropRemainder) checkWhole("batches", "batchSize with dropRemainder", batchSize, 1, rows);
  const order = shuffle
    ? new Random(seed, epoch).permutation(rows)
    : Int32Array.from({ length: rows }, (_, row) => row);
  return gather(dataset, order, batchSize, dropRemainder ? rows - (rows % batchSize) : rows);
}

function* gather<X extends NumericData, Y extends NumericData>(
  dataset: Dataset<X, Y>,
  order: Int32Array,
  batchSize: number,
  end: number,
): IterableIterator<Dataset<X, Y>> {
  for (let begin = 0; begin < end; begin += batchSize) {
    yield takeExamples(dataset, order.subarray(begin, Math.min(begin + batchSize, end)));
  }
}

/** The examples with those row numbers, in that order, copied. @throws DataError when a number is out of range */
export function takeExamples<X extends NumericData, Y extends NumericData>(
  dataset: Dataset<X, Y>,
  indices: readonly number[] | Int32Array,
): Dataset<X, Y> {
  const taken = { x: takeRows(dataset.x, indices), y: takeRows(dataset.y, indices) };
  return dataset.lengths ? { ...taken, lengths: takeRows(dataset.lengths, indices) } : taken;
}

/** The first `count` examples and the rest, both sharing the dataset's memory. @throws DataError out of range */
export function splitExamples<X extends NumericData, Y extends NumericData>(
  dataset: Dataset<X, Y>,
  count: number,
): [first: Dataset<X, Y>, rest: Dataset<X, Y>] {
  const rows = datasetRows(dataset, "splitExamples");
  checkWhole("splitExamples", "count", count, 0, rows);
  return [sliceExamples(dataset, 0, count), sliceExamples(dataset, count, rows)];
}

function sliceExamples<X extends NumericData, Y extends NumericData>(
  dataset: Dataset<X, Y>,
  begin: number,
  end: number,
): Dataset<X, Y> {
  const sliced = { x: sliceRows(dataset.x, begin, end), y: sliceRows(dataset.y, begin, end) };
  return dataset.lengths ? { ...sliced, lengths: sliceRows(dataset.lengths, begin, end) } : sliced;
}

function datasetRows(dataset: Dataset, where: string): number {
  const rows = rowCount(dataset.x);
  for (const part of ["y", "lengths"] as const) {
    const array = dataset[part];
    if (array && rowCount(array) !== rows) {
      throw new DataError(where, `dataset.${part}`, `${rows} rows, as x has`, `${rowCount(array)}`);
    }
  }
  return rows;
}
