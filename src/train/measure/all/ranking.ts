import { ArgumentError } from "../../../rnn";
import { checkOneOf } from "../../checks";
import {
  areAlike,
  areClassScores,
  checkClasses,
  type MetricArray,
  type Shaped,
  shapedOf,
  shapeError,
  type WeightedOptions,
  weightsOf,
} from "./values";

/** Options of the metrics that rank the examples by their scores. */
export interface RankingOptions extends WeightedOptions {
  /**
   * With a score for each class: whether these are a model's outputs without a last activation, or probabilities. The
   * ranking by one class's probability is not the ranking by its logit. Required there.
   */
  from?: "logits" | "probabilities";
  /**
   * With a score for each class: "macro", the mean over the classes, each against the rest; "micro", all pairs of an
   * example and a class in one ranking. Required for scores `[…, n]` with labels 0 and 1 of the same shape, where
   * "macro" is the mean over the columns. Default: "macro" for class numbers.
   */
  average?: "macro" | "micro";
}

/** One question: scores, and whether each is one of a positive example. */
interface Ranked {
  readonly name: string;
  readonly scores: ArrayLike<number>;
  readonly isPositive: (index: number) => boolean;
  readonly weightOf: (index: number) => number;
}

/** A threshold: the weights of the positive and of the negative examples whose score is at least that high. */
export interface Threshold {
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Computes a metric of each ranking that scores and labels make, and their mean.
 *
 * @param metric from the thresholds, the highest score first; equal scores are one threshold. The last one has all
 * @throws ArgumentError for arguments that do not fit, and where a class has no examples or all
 */
export function meanOverRankings(
  where: string,
  scores: MetricArray,
  labels: MetricArray,
  options: RankingOptions,
  metric: (thresholds: readonly Threshold[]) => number,
): number {
  const [outputs, targets] = [shapedOf(where, "scores", scores), shapedOf(where, "labels", labels)];
  const weightOf = weightsOf(where, options, targets, ["from", "average"]);
  const { average } = options;
  checkOneOf(where, "average", average, [undefined, "macro", "micro"]);
  const columns = rankingsOf(where, outputs, targets, weightOf, options);
  const rankings = average === "micro" ? [joined(columns)] : columns;
  const values = rankings.map((ranked) => metric(thresholdsOf(where, ranked)));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rankingsOf(
  where: string,
  scores: Shaped,
  labels: Shaped,
  weightOf: (index: number) => number,
  { from, average }: RankingOptions,
): Ranked[] {
  const size = scores.shape.at(-1) as number;
  if (areAlike(scores, labels)) {
    checkClasses(where, "labels", labels, 2);
    const isPositive = (index: number) => labels.data[index] === 1;
    if (scores.shape.length === 1) return [{ name: "class 1", scores: scores.data, isPositive, weightOf }];
    if (average === undefined) {
      const expected = '"macro" or "micro", for scores and labels of more than one axis';
      throw new ArgumentError(where, "average", expected, "none");
    }
    return Array.from({ length: size }, (_, column) => ({
      name: `column ${column}`,
      scores: columnOf(scores.data, column, size),
      isPositive: (row) => isPositive(row * size + column),
      weightOf: (row) => weightOf(row * size + column),
    }));
  }
  if (!areClassScores(scores, labels)) throw shapeError(where, scores, labels);
  checkClasses(where, "labels", labels, size);
  if (from !== "logits" && from !== "probabilities") {
    const expected = '"logits" or "probabilities", for a score for each class';
    throw new ArgumentError(where, "from", expected, String(from));
  }
  const ranks = from === "logits" ? logSoftmax(scores.data, size) : scores.data;
  return Array.from({ length: size }, (_, k) => ({
    name: `class ${k}`,
    scores: columnOf(ranks, k, size),
    isPositive: (row) => labels.data[row] === k,
    weightOf,
  }));
}

const columnOf = (data: ArrayLike<number>, column: number, size: number): Float64Array =>
  Float64Array.from({ length: data.length / size }, (_, row) => data[row * size + column] as number);

/**
 * The logarithms of the probabilities: their order is that of the probabilities, and none is rounded to 0 or 1. The sum
 * is in the order of the sizes, so that rows of the same logits in another order have equal probabilities.
 */
function logSoftmax(logits: ArrayLike<number>, size: number): Float64Array {
  const logs = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += size) {
    const row = Array.from({ length: size }, (_, k) => logits[start + k] as number);
    const top = Math.max(...row);
    const total = Math.log(
      Float64Array.from(row, (value) => Math.exp(value - top))
        .sort()
        .reduce((a, b) => a + b),
    );
    row.forEach((value, k) => {
      logs[start + k] = value - top - total;
    });
  }
  return logs;
}

function joined(columns: readonly Ranked[]): Ranked {
  const rows = (columns[0] as Ranked).scores.length;
  const scores = new Float64Array(rows * columns.length);
  for (const [k, column] of columns.entries()) scores.set(column.scores, k * rows);
  const at = (index: number) => [columns[Math.floor(index / rows)] as Ranked, index % rows] as const;
  return {
    name: "the positive label",
    scores,
    isPositive: (index) => {
      const [column, row] = at(index);
      return column.isPositive(row);
    },
    weightOf: (index) => {
      const [column, row] = at(index);
      return column.weightOf(row);
    },
  };
}

function thresholdsOf(where: string, { name, scores, isPositive, weightOf }: Ranked): Threshold[] {
  const order = Uint32Array.from(scores, (_, index) => index);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const thresholds: Threshold[] = [];
  let [positives, negatives] = [0, 0];
  order.forEach((index, position) => {
    if (isPositive(index)) positives += weightOf(index);
    else negatives += weightOf(index);
    const next = order[position + 1];
    if (next === undefined || scores[next] !== scores[index]) thresholds.push({ positives, negatives });
  });
  if (positives > 0 && negatives > 0) return thresholds;
  const got = positives > 0 ? "only such examples" : "no such example";
  throw new ArgumentError(where, "labels", `examples of ${name}, and others, with a weight above 0`, got);
}
