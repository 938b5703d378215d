import { checkOptions } from "../check-options";
import { type RainHour, rainColumn } from "./rain-hours";

/**
 * The rain rate of a reflectivity by Marshall and Palmer (1948), Z = 200·R^1.6, Ref = 10·log10 Z.
 *
 * @example
 *   const rate = rainRate(30); // 2.7 mm/h
 *
 * @param reflectivity dBZ
 * @returns mm/h
 */
export function rainRate(reflectivity: number): number {
  return (10 ** (reflectivity / 10) / 200) ** (1 / 1.6);
}

/**
 * The reflectivity, dBZ, of a rain rate in mm/h: the inverse of `rainRate`.
 *
 * @example
 *   const reflectivity = reflectivityOf(10); // 39 dBZ
 */
export function reflectivityOf(rate: number): number {
  return 10 * Math.log10(200 * rate ** 1.6);
}

/**
 * The time that each scan stands for, in hours: from the scan before it (for the first scan, from the beginning of the
 * hour); the last scan stands for the time to the end of the hour.
 *
 * @example
 *   const hours = scanDurations([15, 30]); // 0.25 and 0.75
 */
export function scanDurations(minutes: ArrayLike<number>): number[] {
  const last = minutes.length - 1;
  return Array.from(minutes, (minute, i) => {
    const begin = i === 0 ? 0 : (minutes[i - 1] as number);
    return ((i === last ? 60 : minute) - begin) / 60;
  });
}

export interface MarshallPalmerOptions {
  /** true: a scan without a reflectivity is left out, and its time goes to the next scan with one. Default: false. */
  fillGaps?: boolean;
}

/**
 * The rain of an hour by Marshall and Palmer's relation: the rate of each scan times the time that it stands for. By
 * default it is the competition's sample solution, which counts a scan without a reflectivity as no rain.
 *
 * @example
 *   const hours = radarHours({ count: 100 });
 *   const estimates = hours.map((hour) => marshallPalmer(hour, { fillGaps: true }));
 *
 * @returns mm; 0 when no scan has a reflectivity
 */
export function marshallPalmer(hour: RainHour, options: MarshallPalmerOptions = {}): number {
  checkOptions("marshallPalmer", options, ["fillGaps"]);
  const { fillGaps = false } = options;
  const all = rainColumn(hour, "Ref");
  const counted = Array.from(all.keys()).filter((i) => !fillGaps || Number.isFinite(all[i]));
  const minutes = rainColumn(hour, "minutes_past");
  const durations = scanDurations(counted.map((i) => minutes[i] as number));
  return counted.reduce((depth, i, position) => {
    const reflectivity = all[i] as number;
    return Number.isFinite(reflectivity) ? depth + rainRate(reflectivity) * (durations[position] as number) : depth;
  }, 0);
}
