import { checkWhole, DataError } from "./errors";

/**
 * The types of values: measurements (float32), whole numbers (int32: labels, lengths, word indices), or bytes (uint8:
 * pixels 0–255).
 */
export type NumericData = Float32Array | Int32Array | Uint8Array;

/**
 * Numbers with a shape. All loaders give arrays of this form, and everything else takes it. `data` is row-major; the
 * first axis counts the rows, which in a data set are the examples.
 */
export interface NumericArray<D extends NumericData = NumericData> {
  readonly data: D;
  readonly shape: readonly number[];
}

/**
 * Makes an array of a typed array and a shape; it shares `data`.
 *
 * @example
 *   const series = numericArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]); // 3 time steps, 2 features
 *
 * @throws DataError when a size is not a whole number from 0 up, or the product of the sizes is not the number of
 *   values
 */
export function numericArray<D extends NumericData>(data: D, shape: readonly number[]): NumericArray<D> {
  for (const size of shape) checkWhole("numericArray", "shape", size, 0);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new DataError("numericArray", "data", `${size} values for shape [${shape.join(", ")}]`, `${data.length}`);
  }
  return { data, shape: [...shape] };
}

/**
 * The number of rows, the size of the first axis.
 *
 * @example
 *   const rows = rowCount(numericArray(new Float32Array(6), [3, 2])); // 3
 *
 * @throws DataError for a scalar, which has no axis
 */
export function rowCount(array: NumericArray): number {
  const [rows] = array.shape;
  if (rows === undefined) throw new DataError("rowCount", "shape", "at least one axis", "[]");
  return rows;
}

/**
 * Rows `begin` up to, not including, `end`; the result shares the array's memory.
 *
 * @example
 *   const array = numericArray(Int32Array.of(1, 2, 3, 4), [4]);
 *   const middle = sliceRows(array, 1, 3); // 2, 3
 *
 * @throws DataError out of range
 */
export function sliceRows<D extends NumericData>(array: NumericArray<D>, begin: number, end: number): NumericArray<D> {
  const rows = rowCount(array);
  checkWhole("sliceRows", "begin", begin, 0, rows);
  checkWhole("sliceRows", "end", end, begin, rows);
  const size = rowSize(array);
  return { data: array.data.subarray(begin * size, end * size) as D, shape: [end - begin, ...array.shape.slice(1)] };
}

/**
 * Copies the rows at `indices`, in that order.
 *
 * @example
 *   const array = numericArray(Int32Array.of(1, 2, 3, 4), [4]);
 *   const chosen = takeRows(array, [3, 0, 0]); // 4, 1, 1
 *
 * @throws DataError when an index is out of range
 */
export function takeRows<D extends NumericData>(
  array: NumericArray<D>,
  indices: readonly number[] | Int32Array,
): NumericArray<D> {
  const rows = rowCount(array);
  const size = rowSize(array);
  const data = emptyLike(array.data, indices.length * size);
  for (let to = 0; to < indices.length; to++) {
    const from = indices[to] as number;
    if (!(Number.isInteger(from) && from >= 0 && from < rows)) checkWhole("takeRows", "indices", from, 0, rows - 1);
    data.set(array.data.subarray(from * size, (from + 1) * size), to * size);
  }
  return { data, shape: [indices.length, ...array.shape.slice(1)] };
}

function rowSize(array: NumericArray): number {
  return array.shape.slice(1).reduce((product, length) => product * length, 1);
}

/** A typed array of the same type, filled with 0. */
export function emptyLike<D extends NumericData>(data: D, length: number): D {
  const Kind = data.constructor as new (length: number) => D;
  return new Kind(length);
}
