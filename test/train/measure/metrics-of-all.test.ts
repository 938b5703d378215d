// Metrics of all predictions: scikit-learn's numbers (test/golden/make_metrics.py), and what they refuse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as train from "../../../src/train";

interface Case {
  readonly kind: "binary" | "classes" | "columns" | "regression";
  readonly title: string;
  readonly shape: number[];
  readonly scores: number[];
  readonly labels: number[];
  readonly weights: number[] | null;
  readonly values: Readonly<Record<string, number | "NaN" | Readonly<Record<string, readonly number[]>>>>;
}
const golden: { cases: Case[] } = JSON.parse(readFileSync(join(__dirname, "../../golden/metrics.json"), "utf8"));

const { rocAuc, averagePrecision, precision, recall, f1Score, balancedAccuracy, matthewsCorrelation } = train;
const RANKING = { rocAuc, averagePrecision };
const SHARES = { precision, recall, f1Score };
const AGREEMENT = { balancedAccuracy, matthewsCorrelation };

/** The value of a name in the goldens: a metric of ours, and its options after it. */
function measured(name: string, { kind, shape, scores, labels, weights }: Case): unknown {
  const [metric = "", first = "", second] = name.split(" ");
  const outputs = { data: Float64Array.from(scores), shape };
  const isAlike = kind === "regression" || kind === "columns";
  const y = { data: Float64Array.from(labels), shape: isAlike ? shape : [labels.length] };
  const given: train.WeightedOptions = weights ? { weights } : {};
  const average = first as "macro";
  const isRanking = metric === "rocAuc" || metric === "averagePrecision";
  if (isRanking && kind === "binary") return RANKING[metric](outputs, y, given);
  if (isRanking) return RANKING[metric](outputs, y, { ...given, average, from: "logits" });
  if (metric === "topKAccuracy") return train.topKAccuracy(outputs, y, { ...given, k: Number(first) });
  if (metric === "meanPinballLoss") return train.meanPinballLoss(outputs, y, { ...given, quantile: Number(first) });
  if (metric === "r2Score") return train.r2Score(outputs, y, given);
  if (metric === "perClassScores") return train.perClassScores(outputs, y, given);
  if (metric === "balancedAccuracy" || metric === "matthewsCorrelation") return AGREEMENT[metric](outputs, y, given);
  if (metric !== "precision" && metric !== "recall" && metric !== "f1Score") throw new Error(`no metric ${metric}`);
  if (kind === "binary" && first === "1") return SHARES[metric](outputs, y, { ...given, zeroDivision: 1 });
  const options = { ...given, ...(first && { average }), ...(second && { zeroDivision: Number(second) as 0 }) };
  return SHARES[metric](outputs, y, options);
}

describe.each(golden.cases)("$kind, $title", (each) => {
  test("every value is scikit-learn's", () => {
    for (const [name, expected] of Object.entries(each.values)) {
      if (name === "meanAbsoluteError") continue; // a mean of terms, which needs no collecting
      const value = measured(name, each);
      if (typeof expected !== "object") expectAlike(name, Number(value), Number(expected));
      else {
        for (const [part, numbers] of Object.entries(expected)) {
          const own = (value as Readonly<Record<string, readonly number[]>>)[part] ?? [];
          expect(own).toHaveLength(numbers.length);
          own.forEach((number, k) => void expectAlike(`${name} ${part} ${k}`, number, numbers[k] as number));
        }
      }
    }
  });
});

function expectAlike(name: string, value: number, expected: number): void {
  if (Number.isNaN(expected)) expect(value, name).toBeNaN();
  else expect(Math.abs(value - expected), name).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
}

const floats = (...values: number[]) => Float64Array.from(values);
const ints = (...values: number[]) => Int32Array.from(values);
const matrix = (columns: number, ...values: number[]) => ({
  data: Float64Array.from(values),
  shape: [values.length / columns, columns],
});

test("the metrics of all predictions say which values are good", () => {
  const large = [rocAuc, averagePrecision, precision, recall, f1Score, balancedAccuracy, matthewsCorrelation];
  const modes = [...large, train.topKAccuracy, train.r2Score, train.meanPinballLoss].map(({ mode }) => mode);
  expect(modes).toEqual([...Array(9).fill("max"), "min"]);
  expect(train.overAll(train.rocAuc).mode).toBe("max");
  expect(train.overAll(() => 1, { mode: "min" }).mode).toBe("min");
  expect(train.overAll(() => 1).mode).toBeUndefined();
});

test("r2Score of a constant y with weights: the mean's rounding counts as nothing", () => {
  const weights = [0.1, 0.7, 0.3];
  expect(train.r2Score(floats(0.1, 0.1, 0.1), floats(0.1, 0.1, 0.1), { weights })).toBe(1);
  expect(train.r2Score(floats(0.1, 0.2, 0.1), floats(0.1, 0.1, 0.1), { weights })).toBe(0);
});

test("class numbers, scores of classes and one score for each label predict alike", () => {
  const options = { average: "macro" } as const;
  const labels = ints(0, 1, 1, 0);
  const value = train.f1Score(ints(1, 1, 0, 0), labels, options);
  expect(value).toBe(0.5);
  expect(train.f1Score(matrix(2, 0, 1, 0, 1, 1, 0, 2, 2), labels, options)).toBe(value); // of a tie the first
  expect(train.f1Score(floats(2, 0.1, -1, 0), labels, options)).toBe(value);
  expect(train.f1Score(floats(0.9, 0.6, 0.2, 0.5), labels, { ...options, threshold: 0.5 })).toBe(value);
  expect(train.f1Score(matrix(1, 2, 0.1, -1, 0), labels, options)).toBe(value); // outputs [examples, 1]
});

test.each<[string, () => number | train.ClassScores, string, string]>([
  ["NaN among the scores", () => train.rocAuc(floats(1, Number.NaN), ints(0, 1)), "rocAuc", "scores[1]"],
  ["an infinite score", () => train.f1Score(floats(1, Infinity), ints(0, 1)), "f1Score", "outputs[1]"],
  ["labels of one class", () => train.rocAuc(floats(1, 2), ints(1, 1)), "rocAuc", "labels"],
  ["no positive label", () => train.averagePrecision(floats(1, 2), ints(0, 0)), "averagePrecision", "labels"],
  ["no positive weight", () => train.rocAuc(floats(1, 2), ints(0, 1), { weights: [1, 0] }), "rocAuc", "labels"],
  [
    "a class without examples",
    () => train.rocAuc(matrix(3, 1, 2, 3, 3, 2, 1), ints(0, 1), { from: "logits" }),
    "rocAuc",
    "labels",
  ],
  ["scores of unknown kind", () => train.rocAuc(matrix(2, 1, 2, 3, 4), ints(0, 1)), "rocAuc", "from"],
  [
    "one-hot labels without average",
    () => train.rocAuc(matrix(2, 1, 2, 3, 4), matrix(2, 0, 1, 1, 0)),
    "rocAuc",
    "average",
  ],
  ["other labels than 0 and 1", () => train.rocAuc(floats(1, 2, 3), ints(0, 1, 2)), "rocAuc", "labels[2]"],
  ["another shape", () => train.rocAuc(floats(1, 2, 3), ints(0, 1)), "rocAuc", "labels"],
  ["no values", () => train.rocAuc(floats(), ints()), "rocAuc", "scores"],
  ["a list", () => train.rocAuc([1, 2] as never, ints(0, 1)), "rocAuc", "scores"],
  ["a weight below 0", () => train.recall(ints(0, 1), ints(0, 1), { weights: [1, -1] }), "recall", "weights[1]"],
  ["other weights", () => train.recall(ints(0, 1), ints(0, 1), { weights: [1] }), "recall", "weights"],
  ["weights of 0", () => train.recall(ints(0, 1), ints(0, 1), { weights: [0, 0] }), "recall", "weights"],
  [
    "a label outside the classes",
    () => train.precision(matrix(3, 1, 2, 3), ints(3), { average: "macro" }),
    "precision",
    "labels[0]",
  ],
  ["three classes without average", () => train.precision(ints(0, 1, 2), ints(0, 1, 2)), "precision", "average"],
  ["binary of three classes", () => train.recall(ints(0, 2), ints(0, 1), { average: "binary" }), "recall", "average"],
  ["a threshold for classes", () => train.recall(ints(0, 1), ints(0, 1), { threshold: 0.5 }), "recall", "threshold"],
  ["an unknown option", () => train.f1Score(ints(0, 1), ints(0, 1), { avg: "macro" } as object), "f1Score", "options"],
  ["another zeroDivision", () => train.f1Score(ints(0, 1), ints(0, 1), { zeroDivision: 2 }), "f1Score", "zeroDivision"],
  ["too large a k", () => train.topKAccuracy(matrix(3, 1, 2, 3), ints(0), { k: 4 }), "topKAccuracy", "k"],
  ["no k", () => train.topKAccuracy(matrix(3, 1, 2, 3), ints(0), {} as { k: number }), "topKAccuracy", "k"],
  ["one example", () => train.r2Score(floats(1), floats(1)), "r2Score", "y"],
  ["y of another shape", () => train.r2Score(floats(1, 2), matrix(2, 1, 2)), "r2Score", "y"],
  [
    "a quantile in percent",
    () => train.meanPinballLoss(floats(1), floats(1), { quantile: 90 }),
    "meanPinballLoss",
    "quantile",
  ],
])("refused: %s", (_, measure, where, argument) => {
  expect(measure).toThrow(expect.objectContaining({ name: "ArgumentError", where, argument }));
});

/** Few scores, so that there are ties, with labels of both classes and weights. */
const ranked = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.integer({ min: 0, max: 4 })), { maxLength: 12 })
  .map((rows) => [...rows, [0, true, 1] as const, [1, false, 2] as const]);

test("rocAuc is the share of pairs in the right order, ties count half; averagePrecision needs no order of the rows", () => {
  const property = fc.property(ranked, (rows) => {
    const pairs = rows.flatMap(([a, isPositive, v]) =>
      rows.flatMap(([b, isOther, w]) =>
        isPositive && !isOther ? [{ right: a > b ? 1 : a === b ? 0.5 : 0, weight: v * w }] : [],
      ),
    );
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const expected = sum(pairs.map(({ right, weight }) => right * weight)) / sum(pairs.map(({ weight }) => weight));
    const of = (metric: typeof train.rocAuc, list: typeof rows, scale = 1) =>
      metric(
        Float64Array.from(list, ([score]) => scale * score),
        Int32Array.from(list, ([, isPositive]) => Number(isPositive)),
        { weights: list.map(([, , weight]) => weight) },
      );
    expect(of(train.rocAuc, rows)).toBeCloseTo(expected, 12);
    expect(of(train.rocAuc, rows, -1)).toBeCloseTo(1 - expected, 12);
    expect(of(train.averagePrecision, [...rows].reverse(), 7)).toBeCloseTo(of(train.averagePrecision, rows), 12);
  });
  fc.assert(property, { numRuns: 200, seed: 21 });
});

test("a weight of n counts as n equal rows, in every metric", () => {
  const rows = fc
    .array(
      fc.record({
        scores: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 }),
        label: fc.integer({ min: 0, max: 2 }),
        weight: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((list) => [...list, ...[0, 1, 2].map((label) => ({ scores: [0, 1, 0.5], label, weight: 1 }))]);
  type Rows = { scores: number[]; label: number; weight: number }[];
  const all = (list: Rows, weights?: number[]) => {
    const [scores, labels] = [
      matrix(3, ...list.flatMap((row) => row.scores)),
      Int32Array.from(list, ({ label }) => label),
    ];
    const given = weights ? { weights } : {};
    return [
      train.rocAuc(scores, labels, { ...given, from: "logits" }),
      train.averagePrecision(scores, labels, { ...given, from: "probabilities", average: "micro" }),
      train.precision(scores, labels, { ...given, average: "macro" }),
      train.recall(scores, labels, { ...given, average: "weighted" }),
      train.f1Score(scores, labels, { ...given, average: "micro" }),
      train.balancedAccuracy(scores, labels, given),
      train.matthewsCorrelation(scores, labels, given),
      train.topKAccuracy(scores, labels, { ...given, k: 2 }),
      train.r2Score(scores, scoresOf(labels), given),
      train.meanPinballLoss(scores, scoresOf(labels), { ...given, quantile: 0.2 }),
    ];
  };
  const scoresOf = (labels: Int32Array) =>
    matrix(3, ...Array.from(labels).flatMap((label) => [label, 1 - label, label * label]));
  const property = fc.property(rows, (list) => {
    const repeated = list.flatMap((row) => Array.from({ length: row.weight }, () => row));
    const weighted = all(
      list,
      list.map(({ weight }) => weight),
    );
    all(repeated).forEach((value, i) => void expect(weighted[i]).toBeCloseTo(value, 10));
  });
  fc.assert(property, { numRuns: 100, seed: 21 });
});
