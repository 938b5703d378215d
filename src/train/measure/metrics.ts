import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { checkFunction, describe } from "../checks";
import type { Terms, TermsOf } from "../step/terms";
import { absoluteError, byRow, checkScores, crossEntropy, elementwise, flatten, squaredError } from "./losses";

/**
 * A measure of a whole data set, the mean of its terms: sums and counts are added over the batches, in double precision,
 * and divided once. `of` makes the value of that mean where it is not the mean itself: `{ terms: squaredError, of: Math.sqrt }`.
 */
export type Metric = TermsOf | { readonly terms: TermsOf; readonly of: (mean: number) => number };

/** The terms of a metric, and what its value is by their mean. */
export const splitMetric = (metric: Metric): { terms: TermsOf; of: (mean: number) => number } =>
  typeof metric === "function" ? { terms: metric, of: (mean) => mean } : metric;

/**
 * The share of examples (of live time steps, where outputs have a time axis) whose largest score is at their label. A tie
 * counts as right, as in TensorFlow's `in_top_k`; NaN is never largest.
 *
 * @param outputs `[batch, classes]` or `[batch, nSteps, classes]`
 * @param y int32 class numbers, `[batch]` or `[batch, nSteps]`; or one-hot rows of the outputs' shape
 */
export function accuracy(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return byRow("accuracy", outputs, lengths, (rows, lead) => {
    const classes = rows.shape[1];
    if (y.dtype !== "int32") checkScores("accuracy", outputs, y);
    const labels = y.dtype === "int32" ? flatten("accuracy", lead, y) : tf.argMax(tf.reshape(y, rows.shape), 1);
    const isLabel = tf.oneHot(labels as tf.Tensor1D, classes).toBool();
    const chosen = tf.max(tf.where(isLabel, rows, tf.fill(rows.shape, Number.NEGATIVE_INFINITY)), 1);
    return tf.greaterEqual(chosen, tf.max(rows, 1)).toFloat();
  });
}

/**
 * The share of logits on their label's side of 0, which is a probability of one half: above for a label of 1, at 0 or
 * below for a label of 0. NaN is on neither.
 *
 * @param y 0 or 1, of the logits' shape
 */
export function binaryAccuracy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("binaryAccuracy", logits, y, lengths, (outputs, labels) => {
    const isRight = tf.where(tf.greater(labels, 0.5), tf.greater(outputs, 0), tf.lessEqual(outputs, 0));
    return isRight.toFloat();
  });
}

/** Mean of |outputs − y| over all elements. */
export const meanAbsoluteError: Metric = absoluteError;

/** Mean of (outputs − y)² over all elements. */
export const meanSquaredError: Metric = squaredError;

/** e to the mean cross-entropy: how many equally likely classes would be as hard to guess. */
export const perplexity: Metric = { terms: crossEntropy, of: Math.exp };

export function checkMetrics(where: string, metrics: Readonly<Record<string, Metric>>): void {
  if (metrics === null || typeof metrics !== "object" || Array.isArray(metrics)) {
    throw new ArgumentError(where, "metrics", "metrics by name, { accuracy }", describe(metrics));
  }
  for (const [name, metric] of Object.entries(metrics)) {
    if (TAKEN.includes(name) || name.startsWith("val_")) {
      throw new ArgumentError(where, "metrics", `a name that is not taken (${TAKEN.join(", ")}, val_…)`, name);
    }
    const { terms, of } = typeof metric === "object" && metric !== null ? metric : { terms: metric, of: Number };
    checkFunction(where, `metrics.${name}`, terms);
    checkFunction(where, `metrics.${name}.of`, of);
  }
}

export const TAKEN = ["loss", "epoch", "learningRate", "seconds"];
