import { type NumericArray, numericArray } from "../array";
import { checkWhole, DataError } from "../errors";
import type { Windows } from "../synthetic/time-series";
import { matrixShape } from "./scale";

export interface SlidingWindowsOptions {
  /** Time steps in a window. Required. */
  nSteps: number;
  /** The numbers of the columns that are the targets. Default: all columns. */
  targets?: readonly number[];
}

/**
 * All windows of a series, one from each time step on. `x` has nSteps rows of the series, and `y` the targets one time
 * step after each row. Window i ends with time step i + nSteps − 1, and its last target is time step i + nSteps.
 *
 * @example
 *   const series = numericArray(Float32Array.from({ length: 200 }, (_, i) => Math.sin(i)), [100, 2]);
 *   const windows = slidingWindows(series, { nSteps: 20, targets: [1] }); // x: [80, 20, 2], y: [80, 20, 1]
 *
 * @param series `[time, features]`
 * @returns x `[time − nSteps, nSteps, features]`, y `[time − nSteps, nSteps, targets]`
 * @throws DataError for a series that is too short for one window, or targets that are not column numbers
 */
export function slidingWindows(series: NumericArray, { nSteps, targets }: SlidingWindowsOptions): Windows {
  const [time, features] = matrixShape("slidingWindows", series);
  checkWhole("slidingWindows", "nSteps", nSteps, 1, time - 1);
  const every = Array.from({ length: features }, (_, i) => i);
  for (const target of targets ?? []) checkWhole("slidingWindows", "targets", target, 0, features - 1);
  const windows = (first: number, columns: readonly number[]) => {
    const size = nSteps * columns.length;
    const data = Float32Array.from({ length: (time - nSteps) * size }, (_, i) => {
      const step = first + Math.floor(i / size) + Math.floor((i % size) / columns.length);
      return series.data[step * features + (columns[i % columns.length] as number)] as number;
    });
    return numericArray(data, [time - nSteps, nSteps, columns.length]);
  };
  return { x: windows(0, every), y: windows(1, targets ?? every) };
}

/**
 * Copies the time steps `begin` up to, not including, `end` of every example.
 *
 * @example
 *   const { x } = randomTimeSeriesWindows(10, { nSteps: 20 });
 *   const later = sliceSteps(x, 10, 20); // [10, 10, 1]
 *
 * @param array `[examples, nSteps, …]`
 * @throws DataError for an array without time steps, or a range outside of them
 */
export function sliceSteps(array: NumericArray, begin: number, end: number): NumericArray<Float32Array> {
  const [rows, nSteps, ...rest] = array.shape;
  if (rows === undefined || nSteps === undefined) {
    throw new DataError("sliceSteps", "shape", "[rows, nSteps, …]", `[${array.shape.join(", ")}]`);
  }
  checkWhole("sliceSteps", "begin", begin, 0, nSteps);
  checkWhole("sliceSteps", "end", end, begin, nSteps);
  const size = rest.reduce((product, length) => product * length, 1);
  const data = new Float32Array(rows * (end - begin) * size);
  for (let row = 0; row < rows; row++) {
    const from = row * nSteps * size;
    data.set(array.data.subarray(from + begin * size, from + end * size), row * (end - begin) * size);
  }
  return numericArray(data, [rows, end - begin, ...rest]);
}

/**
 * The last time step of every example: `[examples, nSteps, features]` to `[examples, features]`.
 *
 * @example
 *   const { x, y } = randomTimeSeriesWindows(10, { nSteps: 20 });
 *   const nextValues = { x, y: lastStep(y) }; // y: [10, 1]
 *
 * @throws DataError as `sliceSteps`
 */
export function lastStep(array: NumericArray): NumericArray<Float32Array> {
  const [rows = 0, nSteps = 0, ...rest] = array.shape;
  return numericArray(sliceSteps(array, Math.max(0, nSteps - 1), nSteps).data, [rows, ...rest]);
}
