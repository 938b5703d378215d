import { confusionOf, type PredictionOptions } from "./predictions";
import type { MetricArray } from "./values";

/**
 * The mean of the recalls of the classes that have examples: an accuracy to which each class contributes the same, be it
 * rare or frequent. Equal to scikit-learn's `balanced_accuracy_score`.
 *
 * @example
 *   const value = balancedAccuracy(Int32Array.of(0, 0, 0, 1), Int32Array.of(0, 0, 1, 1)); // 0.75
 *
 * @param outputs scores `[…, classes]`, one score for each label (see `threshold`), or class numbers as int32 or uint8
 * @param labels class numbers
 * @throws ArgumentError for arguments that do not fit, and for an output that is not finite
 */
export function balancedAccuracy(outputs: MetricArray, labels: MetricArray, options: PredictionOptions = {}): number {
  const { present, at, labelled } = confusionOf("balancedAccuracy", outputs, labels, options);
  const recalls = present.filter((k) => labelled(k) > 0).map((k) => at(k, k) / labelled(k));
  return recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
}
balancedAccuracy.mode = "max" as const;

/**
 * Matthews' correlation of predicted classes and labels, for any number of classes (Gorodkin 2004): 1 where all are
 * right, about 0 for a guess. Equal to scikit-learn's `matthews_corrcoef`.
 *
 * @example
 *   const value = matthewsCorrelation(Int32Array.of(0, 1, 1, 1), Int32Array.of(0, 0, 1, 1)); // 0.5774
 *
 * @param outputs scores `[…, classes]`, one score for each label (see `threshold`), or class numbers as int32 or uint8
 * @param labels class numbers
 * @returns 0 where all labels, or all predictions, are of one class
 * @throws ArgumentError for arguments that do not fit, and for an output that is not finite
 */
export function matthewsCorrelation(
  outputs: MetricArray,
  labels: MetricArray,
  options: PredictionOptions = {},
): number {
  const { present, at, labelled, predicted } = confusionOf("matthewsCorrelation", outputs, labels, options);
  const sum = (of: (k: number) => number) => present.reduce((total, k) => total + of(k), 0);
  const all = sum(labelled);
  const covariance = (a: (k: number) => number, b: (k: number) => number, joint: number) =>
    joint * all - sum((k) => a(k) * b(k));
  const both = covariance(
    labelled,
    predicted,
    sum((k) => at(k, k)),
  );
  const spread = covariance(labelled, labelled, all) * covariance(predicted, predicted, all);
  return spread === 0 ? 0 : both / Math.sqrt(spread);
}
matthewsCorrelation.mode = "max" as const;
