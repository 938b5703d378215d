import { ArgumentError } from "../../../rnn";
import { checkNumber } from "../../checks";
import {
  areAlike,
  areClassNumbers,
  areClassScores,
  checkClasses,
  type MetricArray,
  type Shaped,
  shapedOf,
  shapeError,
  type WeightedOptions,
  weightsOf,
} from "./values";

/** Options of the metrics that compare predicted classes with labels. */
export interface PredictionOptions extends WeightedOptions {
  /**
   * With one score for each label: a score above it predicts class 1. Default: 0, which is right for logits; give 0.5
   * for probabilities.
   */
  threshold?: number;
}

/** How often each class was predicted for each class, by weight. */
export interface Confusion {
  readonly classes: number;
  /** The weight of the examples of class `label` for which class `predicted` was predicted. */
  at(label: number, predicted: number): number;
  /** The weight of the examples of a class, and that of the examples for which it was predicted. */
  labelled(k: number): number;
  predicted(k: number): number;
  /** The classes of the labels and of the predictions, each once. */
  readonly present: readonly number[];
}

/**
 * Counts predicted classes for each class.
 *
 * @param outputs scores `[…, classes]`, whose largest predicts its class, of equal ones the first; one score for each
 *   label; or class numbers, as int32 or uint8
 * @throws ArgumentError for arguments that do not fit
 */
export function confusionOf(
  where: string,
  outputs: MetricArray,
  labels: MetricArray,
  options: PredictionOptions,
  known: readonly string[] = [],
): Confusion {
  const [scores, targets] = [shapedOf(where, "outputs", outputs), shapedOf(where, "labels", labels)];
  const weightOf = weightsOf(where, options, targets, ["threshold", ...known]);
  const { predicted, classes } = predictionsOf(where, scores, targets, options.threshold);
  const counts = new Float64Array(classes * classes);
  const seen = new Set<number>();
  predicted.forEach((k, i) => {
    const label = targets.data[i] as number;
    counts[label * classes + k] = (counts[label * classes + k] as number) + weightOf(i);
    seen.add(label).add(k);
  });
  const at = (label: number, k: number) => counts[label * classes + k] as number;
  const all = Array.from({ length: classes }, (_, k) => k);
  const sum = (of: (k: number) => number) => all.reduce((total, k) => total + of(k), 0);
  return {
    classes,
    at,
    labelled: (k) => sum((other) => at(k, other)),
    predicted: (k) => sum((other) => at(other, k)),
    present: all.filter((k) => seen.has(k)),
  };
}

function predictionsOf(where: string, outputs: Shaped, labels: Shaped, threshold: number | undefined) {
  if (areClassScores(outputs, labels)) {
    refuseThreshold(where, threshold);
    const classes = outputs.shape.at(-1) as number;
    checkClasses(where, "labels", labels, classes);
    return { classes, predicted: largest(outputs.data, classes) };
  }
  if (!areAlike(outputs, labels)) throw shapeError(where, outputs, labels);
  if (!areClassNumbers(outputs)) {
    checkClasses(where, "labels", labels, 2);
    checkNumber(where, "threshold", threshold ?? 0);
    return { classes: 2, predicted: Int32Array.from(outputs.data, (score) => Number(score > (threshold ?? 0))) };
  }
  refuseThreshold(where, threshold);
  for (const [argument, values] of [["outputs", outputs] as const, ["labels", labels] as const]) {
    checkClasses(where, argument, values);
  }
  const predicted = Int32Array.from(outputs.data);
  const largestOf = (values: ArrayLike<number>) => Array.from(values).reduce((top, k) => Math.max(top, k), 1);
  return { classes: Math.max(largestOf(predicted), largestOf(labels.data)) + 1, predicted };
}

function refuseThreshold(where: string, threshold: number | undefined): void {
  if (threshold === undefined) return;
  throw new ArgumentError(where, "threshold", "none, unless there is one score for each label", `${threshold}`);
}

/** The number of the largest score in each row; of equal ones the first. */
function largest(scores: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if ((scores[row * classes + k] as number) > (scores[row * classes + best] as number)) best = k;
    }
    return best;
  });
}
