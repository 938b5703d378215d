import { ArgumentError } from "../../../rnn";
import { checkOneOf } from "../../checks";
import { type Confusion, confusionOf, type PredictionOptions } from "./predictions";
import type { MetricArray } from "./values";

/** Options of `precision`, `recall` and `f1Score`. */
export interface PrecisionRecallOptions extends PredictionOptions {
  /**
   * "binary": class 1 of labels 0 and 1. "macro": the mean over the classes that labels or predictions have.
   * "weighted": that mean, each class weighted by its examples. "micro": of all classes together, which is the accuracy.
   * Default: "binary" where there are two classes and no more; required with more.
   */
  average?: "binary" | "macro" | "micro" | "weighted";
  /**
   * The value where nothing is divided by nothing (a precision without predictions, a recall without examples). With NaN
   * the means leave these classes out. Default: 0, as scikit-learn has it.
   */
  zeroDivision?: 0 | 1 | typeof Number.NaN;
}

/** Precision, recall and F1 of each class, and the weight of its examples. */
export interface ClassScores {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  readonly support: readonly number[];
}

/** A class's right predictions, over what they are divided by. */
type Share = (right: number, predicted: number, labelled: number) => readonly [part: number, whole: number];

const PRECISION: Share = (right, predicted) => [right, predicted];
const RECALL: Share = (right, _, labelled) => [right, labelled];
const F1: Share = (right, predicted, labelled) => [2 * right, predicted + labelled];

/**
 * The share of the predictions of a class that are right. Equal to scikit-learn's `precision_score`.
 *
 * @example
 *   const value = precision(Int32Array.of(1, 1, 0, 1), Int32Array.of(1, 0, 0, 1)); // 0.6667
 *   const share = overAll(precision, { average: "macro" }); // a metric for fit and evaluate
 *
 * @param outputs scores `[…, classes]`, one score for each label (see `threshold`), or class numbers as int32 or uint8
 * @param labels class numbers
 * @throws ArgumentError for arguments that do not fit, and for an output that is not finite
 */
export function precision(outputs: MetricArray, labels: MetricArray, options: PrecisionRecallOptions = {}): number {
  return averaged("precision", outputs, labels, options, PRECISION);
}
precision.mode = "max" as const;

/**
 * The share of a class's examples that are predicted as such. Equal to scikit-learn's `recall_score`.
 *
 * @example
 *   const value = recall(Int32Array.of(1, 0, 0, 1), Int32Array.of(1, 1, 0, 1)); // 0.6667
 *
 * @param outputs scores `[…, classes]`, one score for each label (see `threshold`), or class numbers as int32 or uint8
 * @param labels class numbers
 * @throws ArgumentError for arguments that do not fit, and for an output that is not finite
 */
export function recall(outputs: MetricArray, labels: MetricArray, options: PrecisionRecallOptions = {}): number {
  return averaged("recall", outputs, labels, options, RECALL);
}
recall.mode = "max" as const;

/**
 * The harmonic mean of precision and recall, 2·right / (predicted + labelled). Equal to scikit-learn's `f1_score`.
 *
 * @example
 *   const value = f1Score(Int32Array.of(1, 0, 2, 1), Int32Array.of(1, 1, 2, 0), { average: "macro" }); // 0.5
 *
 * @param outputs scores `[…, classes]`, one score for each label (see `threshold`), or class numbers as int32 or uint8
 * @param labels class numbers
 * @throws ArgumentError for arguments that do not fit, and for an output that is not finite
 */
export function f1Score(outputs: MetricArray, labels: MetricArray, options: PrecisionRecallOptions = {}): number {
  return averaged("f1Score", outputs, labels, options, F1);
}
f1Score.mode = "max" as const;

/**
 * Precision, recall and F1 of each class, from class 0 up to the last one. Equal to scikit-learn's
 * `precision_recall_fscore_support` with all classes as `labels`.
 *
 * @example
 *   const { recall: shares } = perClassScores(Int32Array.of(1, 0, 2, 1), Int32Array.of(1, 1, 2, 0)); // [0, 0.5, 1]
 *
 * @param outputs scores `[…, classes]`, one score for each label (see `threshold`), or class numbers as int32 or uint8
 * @param labels class numbers
 * @throws ArgumentError for arguments that do not fit, and for an output that is not finite
 */
export function perClassScores(
  outputs: MetricArray,
  labels: MetricArray,
  options: Omit<PrecisionRecallOptions, "average"> = {},
): ClassScores {
  const confusion = confusionOf("perClassScores", outputs, labels, options, ["zeroDivision"]);
  const classes = Array.from({ length: confusion.classes }, (_, k) => k);
  const zero = zeroOf("perClassScores", options);
  const each = (share: Share) => classes.map((k) => quotient(sharesOf(confusion, k, share), zero));
  return { precision: each(PRECISION), recall: each(RECALL), f1: each(F1), support: classes.map(confusion.labelled) };
}

function averaged(
  where: string,
  outputs: MetricArray,
  labels: MetricArray,
  options: PrecisionRecallOptions,
  share: Share,
) {
  const confusion = confusionOf(where, outputs, labels, options, ["average", "zeroDivision"]);
  const zero = zeroOf(where, options);
  const { average = confusion.classes > 2 ? undefined : "binary" } = options;
  checkOneOf(where, "average", average, ["binary", "macro", "micro", "weighted"]);
  if (average === "binary") {
    if (confusion.classes === 2) return quotient(sharesOf(confusion, 1, share), zero);
    throw new ArgumentError(
      where,
      "average",
      '"macro", "micro" or "weighted"',
      `"binary" of ${confusion.classes} classes`,
    );
  }
  const shares = confusion.present.map((k) => sharesOf(confusion, k, share));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  if (average === "micro") {
    return quotient([sum(shares.map(([part]) => part)), sum(shares.map(([, whole]) => whole))], zero);
  }
  const weights = confusion.present.map((k) => (average === "weighted" ? confusion.labelled(k) : 1));
  const terms = shares.map((each, i) => ({ value: quotient(each, zero), weight: weights[i] as number }));
  const counted = terms.filter(({ value }) => !Number.isNaN(value));
  return sum(counted.map(({ value, weight }) => value * weight)) / sum(counted.map(({ weight }) => weight));
}

const sharesOf = (confusion: Confusion, k: number, share: Share) =>
  share(confusion.at(k, k), confusion.predicted(k), confusion.labelled(k));

const quotient = ([part, whole]: readonly [number, number], zero: number) => (whole === 0 ? zero : part / whole);

function zeroOf(where: string, { zeroDivision = 0 }: PrecisionRecallOptions): number {
  checkOneOf(where, "zeroDivision", zeroDivision, [0, 1, Number.NaN]);
  return zeroDivision;
}
