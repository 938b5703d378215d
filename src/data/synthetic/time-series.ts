import { type NumericArray, numericArray } from "../array";
import type { Dataset } from "../batches";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { Random } from "../random";

/** Windows of a series, `[count, nSteps, features]`, and for each of their values the value one time step later. */
export type Windows = Dataset<Float32Array, Float32Array, 3, 3>;

/** The part of the book's series that is used, in its own unit of time: from `tMin` to `tMax`, every `resolution`. */
export const TIME_SERIES = { tMin: 0, tMax: 30, resolution: 0.1 } as const;

/**
 * The book's series: y(t) = t·sin(t)/3 + 2·sin(5t), a slow oscillation that grows plus a fast one of period 2π/5.
 *
 * @example
 *   const series = Float32Array.from({ length: 300 }, (_, i) => timeSeries(i / 10));
 */
export const timeSeries = (t: number): number => (t * Math.sin(t)) / 3 + 2 * Math.sin(5 * t);

export interface TimeSeriesOptions {
  /** Values in a window. Default: 20, as in the book. */
  nSteps?: number;
}

export interface RandomTimeSeriesOptions extends TimeSeriesOptions {
  /** Fixes where the windows begin. Default: 0. */
  seed?: number;
}

/**
 * Windows of the book's series that begin at the given times. `x` has nSteps values, one every 0.1, and `y` the values
 * one step later, so that the last value of y is the one that x lacks.
 *
 * @example
 *   const { x, y } = timeSeriesWindows([0, 12.2], { nSteps: 20 }); // both [2, 20, 1]
 *
 * @param starts times; they may lie outside 0 to 30, because the formula holds everywhere
 * @returns x and y `[starts.length, nSteps, 1]`
 * @throws DataError for a start that is not finite, or nSteps below 1
 */
export function timeSeriesWindows(starts: ArrayLike<number>, options: TimeSeriesOptions = {}): Windows {
  checkOptions("timeSeriesWindows", options, ["nSteps"]);
  const { nSteps = 20 } = options;
  checkWhole("timeSeriesWindows", "nSteps", nSteps, 1);
  const wrong = Array.from(starts).findIndex((start) => !Number.isFinite(start));
  if (wrong >= 0) throw new DataError("timeSeriesWindows", `starts[${wrong}]`, "a finite time", `${starts[wrong]}`);
  return { x: valuesFrom(starts, nSteps, 0), y: valuesFrom(starts, nSteps, 1) };
}

/**
 * Windows of the book's series that begin at random times; all values, including the last ones of y, lie between times
 * 0 and 30. The book's `next_batch` draws such windows at each iteration: 25,000 windows are 500 batches of 50. `fit`
 * and `batches` take them as they are.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(25_000, { nSteps: 20, seed: 42 });
 *
 * @param count the number of windows
 * @throws DataError for a count or nSteps below 1, and for windows longer than the series
 */
export function randomTimeSeriesWindows(count: number, options: RandomTimeSeriesOptions = {}): Windows {
  checkOptions("randomTimeSeriesWindows", options, ["nSteps", "seed"]);
  const { nSteps = 20, seed = 0 } = options;
  const { tMin, tMax, resolution } = TIME_SERIES;
  checkWhole("randomTimeSeriesWindows", "count", count, 1);
  checkWhole("randomTimeSeriesWindows", "nSteps", nSteps, 1, Math.round((tMax - tMin) / resolution));
  const random = new Random(seed);
  const starts = Float64Array.from({ length: count }, () => random.uniform(tMin, tMax - nSteps * resolution));
  return timeSeriesWindows(starts, { nSteps });
}

/** The values at start + (step + shift)·resolution, for each start and step. */
function valuesFrom(starts: ArrayLike<number>, nSteps: number, shift: number): NumericArray<Float32Array, 3> {
  const data = new Float32Array(starts.length * nSteps);
  for (let i = 0; i < data.length; i++) {
    const start = starts[Math.floor(i / nSteps)] as number;
    data[i] = timeSeries(start + ((i % nSteps) + shift) * TIME_SERIES.resolution);
  }
  return numericArray(data, [starts.length, nSteps, 1]);
}
