import { type NumericArray, numericArray } from "../../data";

/** Puts each line's statistics, which are counts, into a row. */
export function rowsOf(rows: readonly (readonly number[])[], width: number): NumericArray<Int32Array, 2> {
  return numericArray(Int32Array.from(rows.flat()), [rows.length, width]);
}

/** The sums of the statistics of all lines. */
export function sumsOf({ data, shape: [, width] }: NumericArray<Int32Array, 2>): Float64Array {
  const sums = new Float64Array(width);
  for (const [i, value] of data.entries()) sums[i % width] = (sums[i % width] as number) + value;
  return sums;
}
