import { meanOverRankings, type RankingOptions, type Threshold } from "./ranking";
import type { MetricArray } from "./values";

/**
 * The area under the receiver operating characteristic, by the trapezoidal rule: the probability that a positive
 * example has a higher score than a negative one, where equal scores count half. Equal to scikit-learn's
 * `roc_auc_score`, for classes with `multi_class="ovr"`.
 *
 * @example
 *   const area = rocAuc(Float32Array.of(0.1, 0.4, 0.35, 0.8), Int32Array.of(0, 0, 1, 1)); // 0.75
 *   const { auc } = await evaluate(model, mnist.test, { metrics: { auc: overAll(rocAuc, { from: "logits" }) } });
 *
 * @param scores one for each label, in any unit; or `[…, classes]`
 * @param labels 0 or 1, of the scores' shape; or class numbers `[…]`
 * @throws ArgumentError for a score that is not finite, and where all labels are of one class
 */
export function rocAuc(scores: MetricArray, labels: MetricArray, options: RankingOptions = {}): number {
  return meanOverRankings("rocAuc", scores, labels, options, areaOf);
}
rocAuc.mode = "max" as const;

function areaOf(thresholds: readonly Threshold[]): number {
  const all = thresholds.at(-1) as Threshold;
  let [area, before] = [0, { positives: 0, negatives: 0 }];
  for (const threshold of thresholds) {
    area += (threshold.negatives - before.negatives) * (threshold.positives + before.positives);
    before = threshold;
  }
  return area / (2 * all.positives * all.negatives);
}
