import { describe } from "../../arguments";
import { type NumericArray, numericArray, sliceRows } from "../array";
import { checkNumericArray } from "../check-numeric-array";
import { checkWhole, DataError } from "../errors";

/** Mean and standard deviation of each column. */
export interface Scale {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * Each column's mean and standard deviation over the first `rows` time steps. Give the number of training steps, so
 * that the scale uses nothing of the later ones.
 *
 * @example
 *   const series = numericArray(Float32Array.of(1, 2, 3, 40), [4, 1]);
 *   const { mean, deviation } = scaleOf(series, 3); // mean 2, of the first three time steps
 *
 * @param series `[time, features]`
 * @param rows Default: all time steps
 * @throws DataError when there are not as many rows, a value in them is not finite (with its place), or a column is constant
 *   in them
 */
export function scaleOf(series: NumericArray, rows = matrixShape("scaleOf", series)[0]): Scale {
  const [time, features] = matrixShape("scaleOf", series);
  checkWhole("scaleOf", "rows", rows, 1, time);
  const { data } = sliceRows(series, 0, rows);
  const hole = data.findIndex((value) => !Number.isFinite(value));
  if (hole >= 0) {
    const place = `series[${Math.floor(hole / features)}][${hole % features}]`;
    throw new DataError("scaleOf", place, "a finite number", `${data[hole]}`);
  }
  const meanOf = (of: (value: number) => number, column: number) => {
    let sum = 0;
    for (let i = column; i < data.length; i += features) sum += of(data[i] as number);
    return sum / rows;
  };
  const columns = Array.from({ length: features }, (_, i) => i);
  const mean = columns.map((column) => meanOf((value) => value, column));
  const deviation = columns.map((i) => Math.sqrt(meanOf((value) => (value - (mean[i] as number)) ** 2, i)));
  const flat = deviation.findIndex((value) => !(value > 0));
  if (flat >= 0) throw new DataError("scaleOf", `column ${flat}`, "values that differ", `${mean[flat]} only`);
  return { mean, deviation };
}

/**
 * Computes (value − mean) / deviation for each column.
 *
 * @example
 *   const series = numericArray(Float32Array.of(1, 2, 3, 4), [4, 1]);
 *   const normalised = scaled(series, scaleOf(series)); // mean 0, deviation 1
 *
 * @throws DataError when the scale has another number of columns
 */
export function scaled(series: NumericArray, scale: Scale): NumericArray<Float32Array, 2> {
  const [time, features] = matrixShape("scaled", series);
  const { mean, deviation } = scale ?? {};
  if (!Array.isArray(mean) || !Array.isArray(deviation)) {
    throw new DataError("scaled", "scale", "{ mean, deviation }, as scaleOf gives", describe(scale));
  }
  if (mean.length !== features) throw new DataError("scaled", "scale", `${features} columns`, `${mean.length}`);
  const data = Float32Array.from(series.data, (value, i) => {
    const column = i % features;
    return (value - (mean[column] as number)) / (deviation[column] as number);
  });
  return numericArray(data, [time, features]);
}

/** The two sizes of a series. @throws DataError when it is no array, or has another number of axes */
export function matrixShape(where: string, series: NumericArray): [time: number, features: number] {
  checkNumericArray(where, "series", series);
  const { shape } = series;
  const [time, features] = shape;
  if (shape.length === 2 && time !== undefined && features !== undefined) return [time, features];
  throw new DataError(where, "shape", "[time, features]", `[${shape.join(", ")}]`);
}
