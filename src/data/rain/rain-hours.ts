import type { NumericArray } from "../array";

/** The columns of the competition's file for each radar scan, with the file's names and in its order. */
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

/** A measure at the gauge, and its percentiles over the 5 × 5 pixels around the gauge. */
function percentiles<N extends string>(name: N) {
  return [name, `${name}_5x5_10th`, `${name}_5x5_50th`, `${name}_5x5_90th`] as const;
}

/** One hour at one rain gauge: the radar's scans, and the rain in the gauge. */
export interface RainHour {
  readonly id: number;
  /**
   * `[nScans, 22]`: a row for each scan, by time; a column for each of `RAIN_COLUMNS`. NaN where a value is missing.
   */
  readonly scans: NumericArray<Float32Array, 2>;
  /** The rain in the gauge in that hour, mm. */
  readonly expected: number;
}

/**
 * One column of an hour's scans, by time.
 *
 * @example
 *   const [hour] = radarHours({ count: 1 });
 *   if (hour) console.log(rainColumn(hour, "Ref"));
 */
export function rainColumn({ scans }: RainHour, column: RainColumn): Float32Array {
  const at = RAIN_COLUMNS.indexOf(column);
  const width = RAIN_COLUMNS.length;
  return Float32Array.from({ length: scans.shape[0] }, (_, row) => scans.data[row * width + at] as number);
}

/**
 * Whether a scan of the hour has a reflectivity. Without one there is nothing from which to estimate the rain.
 *
 * @example
 *   const usable = radarHours({ count: 100 }).filter(hasReflectivity);
 */
export function hasReflectivity(hour: RainHour): boolean {
  return rainColumn(hour, "Ref").some(Number.isFinite);
}
