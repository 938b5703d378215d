import { checkNumericArray, checkValuesAndShape } from "./check-numeric-array";
import { checkWhole, DataError } from "./errors";
import type { Shape } from "./rank";

/**
 * The types of values: measurements (float32), whole numbers (int32: labels, lengths, word indices), or bytes (uint8:
 * pixels 0–255).
 */
export type NumericData = Float32Array | Int32Array | Uint8Array;

/**
 * Numbers with a shape. All loaders give arrays of this form, and everything else takes it. `data` is row-major; the
 * first axis counts the rows, which in a data set are the examples.
 *
 * `R` is the number of axes, where the compiler knows it: `NumericArray<Float32Array, 3>` becomes a `tf.Tensor3D`. An
 * array of a known rank may stand where any rank is taken.
 *
 * @example
 *   const series: NumericArray<Float32Array, 2> = numericArray(new Float32Array(6), [3, 2]);
 *   const [nSteps, features] = series.shape; // both are numbers, none may be undefined
 */
export interface NumericArray<D extends NumericData = NumericData, R extends number = number> {
  readonly data: D;
  readonly shape: Shape<R>;
}

/** The rank of an array's type: `number` where the compiler does not know it. */
export type RankOf<A extends NumericArray> = A["shape"]["length"];

/**
 * Makes an array of a typed array and a shape; it shares `data`. The rank in its type is the number of sizes, where
 * the shape is written as a list of sizes.
 *
 * @example
 *   const series = numericArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]); // 3 time steps, 2 features
 *
 * @throws DataError when the values are no Float32Array, Int32Array or Uint8Array (a list is made one by
 *   `Float32Array.from`), a size is not a whole number from 0 up, or the product of the sizes is not the number of values
 */
export function numericArray<D extends NumericData, S extends readonly number[] | readonly []>(
  data: D,
  shape: S,
): NumericArray<D, S["length"]> {
  checkValuesAndShape("numericArray", data, shape);
  for (const size of shape) checkWhole("numericArray", "shape", size, 0);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new DataError("numericArray", "data", `${size} values for shape [${shape.join(", ")}]`, `${data.length}`);
  }
  return { data, shape: [...shape] as readonly number[] as Shape<S["length"]> };
}

/**
 * As `numericArray`, where the compiler cannot count the sizes. The rank of the result is what the caller declares, so
 * it must be right.
 */
export function arrayOfRank<D extends NumericData, R extends number>(
  data: D,
  shape: readonly number[],
): NumericArray<D, R> {
  return numericArray(data, shape) as NumericArray<D> as NumericArray<D, R>;
}

/**
 * The array itself, with its number of axes in its type: for arrays whose rank is known to the program and not to the
 * compiler, such as those of a file.
 *
 * @example
 *   const file = writeSafetensors({ kernel: numericArray(new Float32Array(6), [3, 2]) });
 *   const kernel = withRank(readSafetensors(file).kernel, 2); // its tensor is a tf.Tensor2D
 *
 * @throws DataError when there is no array, or it has another number of axes
 */
export function withRank<D extends NumericData, R extends number>(
  array: NumericArray<D> | undefined,
  rank: R,
): NumericArray<D, R> {
  const { shape } = array ?? {};
  if (shape?.length === rank) return array as NumericArray<D, R>;
  throw new DataError("withRank", "array", `one with ${rank} axes`, shape ? `[${shape.join(", ")}]` : "none");
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
  return rowsOf("rowCount", array);
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
export function sliceRows<D extends NumericData, R extends number>(
  array: NumericArray<D, R>,
  begin: number,
  end: number,
): NumericArray<D, R> {
  const rows = rowsOf("sliceRows", array);
  checkWhole("sliceRows", "begin", begin, 0, rows);
  checkWhole("sliceRows", "end", end, begin, rows);
  const size = rowSize(array);
  return arrayOfRank(array.data.subarray(begin * size, end * size) as D, [end - begin, ...array.shape.slice(1)]);
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
export function takeRows<D extends NumericData, R extends number>(
  array: NumericArray<D, R>,
  indices: readonly number[] | Int32Array,
): NumericArray<D, R> {
  const rows = rowsOf("takeRows", array);
  const size = rowSize(array);
  const data = emptyLike(array.data, indices.length * size);
  for (let to = 0; to < indices.length; to++) {
    const from = indices[to] as number;
    if (!(Number.isInteger(from) && from >= 0 && from < rows)) checkWhole("takeRows", "indices", from, 0, rows - 1);
    data.set(array.data.subarray(from * size, (from + 1) * size), to * size);
  }
  return arrayOfRank(data, [indices.length, ...array.shape.slice(1)]);
}

function rowsOf(where: string, array: NumericArray): number {
  checkNumericArray(where, "array", array);
  const [rows] = array.shape;
  if (rows === undefined) throw new DataError(where, "shape", "at least one axis", "[]");
  return rows;
}

function rowSize(array: NumericArray): number {
  return array.shape.slice(1).reduce((product, length) => product * length, 1);
}

/** A typed array of the same type, filled with 0. */
export function emptyLike<D extends NumericData>(data: D, length: number): D {
  const Kind = data.constructor as new (length: number) => D;
  return new Kind(length);
}
