import { Random } from "unroll/data";
import { median } from "../median.mts";

/**
 * The 90 % interval of the median by the percentile bootstrap: the medians of many samples of the values, drawn with
 * replacement, of which 5 % lie below the interval and 5 % above. The same values give the same interval.
 */
export function medianInterval(values: readonly number[], samples = 10_000): { low: number; high: number } {
  const random = new Random(1);
  const draw = () => values[Math.floor(random.uniform(0, values.length))] ?? Number.NaN;
  const medians = Array.from({ length: samples }, () => median(values.map(draw))).sort((a, b) => a - b);
  const at = (share: number) => medians[Math.round(share * (samples - 1))] ?? Number.NaN;
  return { low: at(0.05), high: at(0.95) };
}
