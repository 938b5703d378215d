import type { NumericArray } from "../array";

/** What the competition's file says of each radar scan, by its own column names and in its order. */
export const RAIN_COLUMNS = [
  "minutes_past", // of the hour
  "radardist_km", // from the gauge to the radar
  ...percentiles("Ref"), // reflectivity, dBZ
  ...percentiles("RefComposite"), // the largest in the column above the gauge, dBZ
  ...percentiles("RhoHV"), // correlation of the two polarisations
  ...percentiles("Zdr"), // differential reflectivity, dB: how flat the drops are
  ...percentiles("Kdp"), // specific differential phase, °/km
] as const;

export type RainColumn = (typeof RAIN_COLUMNS)[number];

/** A measure at the gauge, and its percentiles over the 5 × 5 places around it. */
function percentiles<N extends string>(name: N) {
  return [name, `${name}_5x5_10th`, `${name}_5x5_50th`, `${name}_5x5_90th`] as const;
}

/** One hour at one rain gauge, as the radar saw it and as the gauge caught it. */
export interface RainHour {
  readonly id: number;
  /** `[nScans, 22]`: a row for each scan, by time; a column for each of `RAIN_COLUMNS`. NaN where it is missing. */
  readonly scans: NumericArray<Float32Array>;
  /** What the gauge caught in the hour, mm. */
  readonly expected: number;
}

/** One measure of an hour's scans, by time. */
export function rainColumn({ scans }: RainHour, column: RainColumn): Float32Array {
  const at = RAIN_COLUMNS.indexOf(column);
  const width = RAIN_COLUMNS.length;
  return Float32Array.from({ length: scans.shape[0] as number }, (_, row) => scans.data[row * width + at] as number);
}

/** Whether a scan of the hour has a reflectivity; where none has, there is nothing to estimate from. */
export function hasReflectivity(hour: RainHour): boolean {
  return rainColumn(hour, "Ref").some(Number.isFinite);
}
