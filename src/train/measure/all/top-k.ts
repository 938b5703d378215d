import { ArgumentError } from "../../../rnn";
import { checkCount, checkOptions } from "../../checks";
import {
  areClassScores,
  checkClasses,
  type MetricArray,
  shapedOf,
  shapeError,
  type WeightedOptions,
  weightsOf,
} from "./values";

/** Options of `topKAccuracy`. */
export interface TopKOptions extends WeightedOptions {
  /** How many of the largest scores count as right. Required. */
  k: number;
}

/**
 * The share of the labels among the classes of the k largest scores. Of equal scores the one of the larger class number
 * counts as larger, as in scikit-learn's `top_k_accuracy_score`. (`accuracy` counts every tie as right.)
 *
 * @example
 *   const scores = numericArray(Float32Array.of(0.5, 0.2, 0.3, 0.1, 0.2, 0.7), [2, 3]);
 *   const value = topKAccuracy(scores, Int32Array.of(2, 0), { k: 2 }); // 0.5
 *
 * @param scores `[…, classes]`
 * @param labels class numbers `[…]`
 * @throws ArgumentError for arguments that do not fit, a k larger than the number of classes, and a score that is not
 *   finite
 */
export function topKAccuracy(scores: MetricArray, labels: MetricArray, options: TopKOptions): number {
  const where = "topKAccuracy";
  const [outputs, targets] = [shapedOf(where, "scores", scores), shapedOf(where, "labels", labels)];
  checkOptions(where, options, ["k", "weights"]);
  const { k } = options;
  checkCount(where, "k", k);
  if (!areClassScores(outputs, targets)) throw shapeError(where, outputs, targets);
  const classes = outputs.shape.at(-1) as number;
  if (k > classes) throw new ArgumentError(where, "k", `1 to ${classes}, the classes`, `${k}`);
  checkClasses(where, "labels", targets, classes);
  const weightOf = weightsOf(where, options, targets, ["k"]);
  let [right, all] = [0, 0];
  targets.data.forEach((label, row) => {
    const own = outputs.data[row * classes + label] as number;
    let above = 0;
    for (let other = 0; other < classes; other++) {
      const score = outputs.data[row * classes + other] as number;
      if (score > own || (score === own && other > label)) above++;
    }
    all += weightOf(row);
    if (above < k) right += weightOf(row);
  });
  return right / all;
}
topKAccuracy.mode = "max" as const;
