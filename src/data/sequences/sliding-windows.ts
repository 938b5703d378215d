import { arrayOfRank, type NumericArray, type NumericData, numericArray } from "../array";
import { checkNumericArray } from "../check-numeric-array";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import type { PreviousRank } from "../rank";
import type { Windows } from "../synthetic/time-series";
import { matrixShape } from "./scale";

export interface SlidingWindowsOptions {
  /** Time steps in a window. Required. */
  nSteps: number;
  /** The numbers of the columns that are the targets. Default: all columns. */
  targets?: readonly number[];
  /**
   * How many time steps ahead the targets lie; with `targetSteps: "following"` how many time steps they are. Default: 1.
   */
  horizon?: number;
  /** The time steps from the begin of one window to the begin of the next. Default: 1, a window from each time step on. */
  stride?: number;
  /**
   * Which time steps the targets of a window are: "shifted", for each time step of the window the one `horizon` steps
   * later; or "following", the `horizon` time steps after the window. Default: "shifted".
   */
  targetSteps?: "shifted" | "following";
}

/**
 * The windows of a series, one from each `stride`-th time step on, with targets that lie ahead.
 *
 *   x[i, t] = series[i·stride + t]                       for t from 0 to nSteps − 1
 *   y[i, t] = series[i·stride + t + horizon]             "shifted": a target for each time step of x
 *   y[i, k] = series[i·stride + nSteps + k]              "following": k from 0 to horizon − 1, all after the window
 *
 * There is a window for each i from 0 whose last target is in the series, (time − nSteps − horizon) / stride + 1 of them,
 * rounded down. Up to stride − 1 time steps at the end of the series are in no window.
 *
 * @example
 *   const series = numericArray(Float32Array.from({ length: 200 }, (_, i) => Math.sin(i)), [100, 2]);
 *   const windows = slidingWindows(series, { nSteps: 20, targets: [1] }); // x: [80, 20, 2], y: [80, 20, 1]
 *   const week = slidingWindows(series, { nSteps: 20, horizon: 7, stride: 7, targetSteps: "following" }); // y: [11, 7, 2]
 *
 * @param series `[time, features]`
 * @returns x `[windows, nSteps, features]`, y `[windows, nSteps, targets]`, or `[windows, horizon, targets]` for
 *   "following"
 * @throws DataError for a series that is too short for one window and its targets, targets that are not column numbers,
 *   or an option out of range
 */
export function slidingWindows(series: NumericArray, options: SlidingWindowsOptions): Windows {
  const [time, features] = matrixShape("slidingWindows", series);
  checkOptions("slidingWindows", options, ["nSteps", "targets", "horizon", "stride", "targetSteps"]);
  const { nSteps, targets, horizon = 1, stride = 1, targetSteps = "shifted" } = options;
  checkWhole("slidingWindows", "nSteps", nSteps, 1, Math.max(1, time - 1));
  checkWhole("slidingWindows", "horizon", horizon, 1);
  checkWhole("slidingWindows", "stride", stride, 1);
  for (const target of targets ?? []) checkWhole("slidingWindows", "targets", target, 0, features - 1);
  if (targetSteps !== "shifted" && targetSteps !== "following") {
    throw new DataError("slidingWindows", "targetSteps", '"shifted" or "following"', JSON.stringify(targetSteps));
  }
  const count = Math.floor((time - nSteps - horizon) / stride) + 1;
  if (count < 1) {
    const least = `at least nSteps + horizon = ${nSteps + horizon} time steps`;
    throw new DataError("slidingWindows", "series", least, `${time}`);
  }
  const every = Array.from({ length: features }, (_, i) => i);
  const windows = (first: number, length: number, columns: readonly number[]) => {
    const size = length * columns.length;
    const data = Float32Array.from({ length: count * size }, (_, i) => {
      const step = first + Math.floor(i / size) * stride + Math.floor((i % size) / columns.length);
      return series.data[step * features + (columns[i % columns.length] as number)] as number;
    });
    return numericArray(data, [count, length, columns.length]);
  };
  const [first, length] = targetSteps === "shifted" ? [horizon, nSteps] : [nSteps, horizon];
  return { x: windows(0, nSteps, every), y: windows(first, length, targets ?? every) };
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
export function sliceSteps<R extends number>(
  array: NumericArray<NumericData, R>,
  begin: number,
  end: number,
): NumericArray<Float32Array, R> {
  checkNumericArray("sliceSteps", "array", array);
  const [rows, nSteps, ...rest]: readonly number[] = array.shape;
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
  return arrayOfRank(data, [rows, end - begin, ...rest]);
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
export function lastStep<R extends number>(
  array: NumericArray<NumericData, R>,
): NumericArray<Float32Array, PreviousRank<R>> {
  checkNumericArray("lastStep", "array", array);
  const [rows = 0, nSteps = 0, ...rest]: readonly number[] = array.shape;
  return arrayOfRank(sliceSteps(array, Math.max(0, nSteps - 1), nSteps).data, [rows, ...rest]);
}
