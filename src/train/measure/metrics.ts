import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { checkFunction, checkOneOf, describe } from "../checks";
import type { Direction } from "../direction";
import { expectedMetric, expectedMetrics, givenMetrics } from "../loss/names-as-text";
import type { Terms, TermsOf } from "../loss/terms";
import { isRecord } from "../structure";
import { OverAll } from "./all/over-all";
import {
  absoluteError,
  checkClasses,
  checkScores,
  checkSingle,
  crossEntropy,
  elementwise,
  flatLabels,
  perLabel,
  squaredError,
} from "./losses";

/** The terms of a metric, with the direction of its values where the function has it: `accuracy.mode` is "max". */
export interface MetricTerms extends TermsOf {
  readonly mode?: Direction;
}

/**
 * A measure of a whole data set: the mean of its terms. Sums and counts are added over the batches, in double
 * precision, and divided once. `of` turns the mean into the metric's value where the mean is not the value itself.
 * `mode` says whether small or large values are good, so that callbacks can monitor the metric (with `of`, which may
 * reverse the order, the `mode` of the terms says nothing). What is no mean of terms is made by `overAll`.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   const rootMeanSquaredError: Metric = { terms: squaredError, of: Math.sqrt };
 *   const { rmse } = await evaluate(model, windows, { metrics: { rmse: rootMeanSquaredError } });
 */
export type Metric =
  | MetricTerms
  | { readonly terms: MetricTerms; readonly of: (mean: number) => number; readonly mode?: Direction }
  | { readonly terms: MetricTerms; readonly of?: undefined; readonly mode: Direction }
  | OverAll;

/** Measures by name; or, of outputs that are records, records of measures by the outputs' names. */
export type MetricsOption = Readonly<Record<string, Metric | Readonly<Record<string, Metric>>>>;

/** One metric, with its name in logs. */
export interface NamedMetric {
  /** "accuracy", or "tags_accuracy" for an output's. */
  readonly name: string;
  /** The output that it measures; undefined where it takes all. */
  readonly output: string | undefined;
  readonly metric: Metric;
}

/** All metrics, in their order. */
export const namedMetrics = (metrics: MetricsOption): NamedMetric[] =>
  Object.entries(metrics).flatMap(([name, given]): NamedMetric[] => {
    if (isMetric(given)) return [{ name, output: undefined, metric: given }];
    return Object.entries(given).map(([own, metric]) => ({ name: `${name}_${own}`, output: name, metric }));
  });

const isMetric = (given: unknown): given is Metric =>
  !isRecord(given) || (typeof given.terms === "function" && ("of" in given || "mode" in given));

/** The terms of a metric, and the function from their mean to its value. */
export function splitMetric(metric: Exclude<Metric, OverAll>): { terms: TermsOf; of: (mean: number) => number } {
  const { terms, of = (mean: number) => mean } = typeof metric === "function" ? { terms: metric } : metric;
  return { terms, of };
}

/**
 * The share of examples (of live time steps, where outputs have a time axis) whose label has the largest score. A tie
 * counts as right, as in TensorFlow's `in_top_k`; NaN is never the largest.
 *
 * @example
 *   const result = await evaluate(model, mnist.test, { metrics: { accuracy } });
 *
 * @param outputs `[batch, classes]` or `[batch, nSteps, classes]`
 * @param y int32 class numbers, `[batch]` or `[batch, nSteps]`; or one-hot rows of the outputs' shape
 */
export function accuracy(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  checkSingle("accuracy", outputs, y);
  return perLabel("accuracy", outputs, lengths, (scores, labelShape) => {
    const classes = scores.shape[1];
    checkClasses("accuracy", "binaryAccuracy", outputs);
    if (y.dtype !== "int32") checkScores("accuracy", outputs, y);
    const labels =
      y.dtype === "int32" ? flatLabels("accuracy", labelShape, y) : tf.argMax(tf.reshape(y, scores.shape), 1);
    const isLabel = tf.oneHot(labels as tf.Tensor1D, classes).toBool();
    const chosen = tf.max(tf.where(isLabel, scores, tf.fill(scores.shape, Number.NEGATIVE_INFINITY)), 1);
    return tf.greaterEqual(chosen, tf.max(scores, 1)).toFloat();
  });
}
accuracy.mode = "max" as const;

/**
 * The share of logits on the right side of 0, which is a probability of one half: above 0 for a label of 1, at 0 or
 * below for a label of 0. NaN is always wrong.
 *
 * @example
 *   const { share } = await evaluate(model, reberExamples({ count: 500 }), { metrics: { share: binaryAccuracy } });
 *
 * @param y 0 or 1, of the logits' shape
 */
export function binaryAccuracy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("binaryAccuracy", logits, y, lengths, (outputs, labels) => {
    const isRight = tf.where(tf.greater(labels, 0.5), tf.greater(outputs, 0), tf.lessEqual(outputs, 0));
    return isRight.toFloat();
  });
}
binaryAccuracy.mode = "max" as const;

/**
 * The mean of |outputs − y| over all elements: `absoluteError` by the name that Keras gives it, as a metric and as a loss.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   const { mae } = await evaluate(model, windows, { metrics: { mae: meanAbsoluteError } });
 */
export const meanAbsoluteError = absoluteError;

/**
 * The mean of (outputs − y)² over all elements: `squaredError` by the name that Keras gives it, as a metric and as a loss.
 * (`tf.losses.meanSquaredError(labels, predictions)` is one scalar of two tensors, for a loss of your own.)
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   const { mse } = await evaluate(model, windows, { metrics: { mse: meanSquaredError } });
 */
export const meanSquaredError = squaredError;

/**
 * e to the power of the mean cross-entropy, which is the number of equally likely classes that would be as hard to
 * guess.
 *
 * @example
 *   const result = await evaluate(model, mnist.test, { metrics: { perplexity } });
 */
export const perplexity: Metric = { terms: crossEntropy, of: Math.exp, mode: "min" };

/**
 * The mean cross-entropy in bits, log₂ of the perplexity: of a model of characters it is the bits per character. `measureText`
 * gives bits per character and per byte of any tokens, so that models of characters, words and byte pairs compare.
 *
 * @example
 *   const result = await evaluate(model, mnist.test, { metrics: { bits: bitsPerToken } });
 */
export const bitsPerToken: Metric = { terms: crossEntropy, of: (nats: number) => nats / Math.LN2, mode: "min" };

/**
 * @param losses the names in logs of the functions of the loss
 * @throws ArgumentError naming the metric that is not a function, or has a name that records use for another value
 */
export function checkMetrics(where: string, metrics: MetricsOption, losses: readonly string[]): void {
  if (metrics === null || typeof metrics !== "object" || Array.isArray(metrics)) {
    throw new ArgumentError(where, "metrics", expectedMetrics(metrics), givenMetrics(metrics));
  }
  const names = new Set<string>(losses);
  for (const { name, output, metric } of namedMetrics(metrics)) {
    if (RESERVED_NAMES.includes(name) || name.startsWith("val_") || names.has(name)) {
      throw new ArgumentError(
        where,
        "metrics",
        `a name that is not taken (${[...RESERVED_NAMES, ...losses].join(", ")}, val_…)`,
        name,
      );
    }
    names.add(name);
    const argument = output === undefined ? name : `${output}.${name.slice(output.length + 1)}`;
    if (!(metric instanceof OverAll)) {
      const { terms, of = Number } = typeof metric === "object" && metric !== null ? metric : { terms: metric };
      if (typeof terms !== "function") {
        throw new ArgumentError(where, `metrics.${argument}`, expectedMetric(argument, terms), describe(terms));
      }
      checkFunction(where, `metrics.${argument}.of`, of);
    }
    checkOneOf(where, `metrics.${argument}.mode`, metric.mode, [undefined, "min", "max"]);
  }
}

const RESERVED_NAMES = ["loss", "epoch", "learningRate", "seconds"];
