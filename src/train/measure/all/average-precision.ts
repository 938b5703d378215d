import { meanOverRankings, type RankingOptions, type Threshold } from "./ranking";
import type { MetricArray } from "./values";

/**
 * The mean of the precisions at all thresholds, each weighted by what the recall gains there: Σ (Rₙ − Rₙ₋₁)·Pₙ. Equal
 * to scikit-learn's `average_precision_score`; nothing is interpolated, so it is not the area by the trapezoidal rule.
 *
 * @example
 *   const value = averagePrecision(Float32Array.of(0.1, 0.4, 0.35, 0.8), Int32Array.of(0, 0, 1, 1)); // 0.8333
 *
 * @param scores one for each label, in any unit; or `[…, classes]`
 * @param labels 0 or 1, of the scores' shape; or class numbers `[…]`
 * @throws ArgumentError for a score that is not finite, and where all labels are of one class
 */
export function averagePrecision(scores: MetricArray, labels: MetricArray, options: RankingOptions = {}): number {
  return meanOverRankings("averagePrecision", scores, labels, options, meanPrecision);
}
averagePrecision.mode = "max" as const;

function meanPrecision(thresholds: readonly Threshold[]): number {
  const all = thresholds.at(-1) as Threshold;
  let [mean, before] = [0, 0];
  for (const { positives, negatives } of thresholds) {
    const gained = (positives - before) / all.positives;
    if (gained > 0) mean += gained * (positives / (positives + negatives));
    before = positives;
  }
  return mean;
}
