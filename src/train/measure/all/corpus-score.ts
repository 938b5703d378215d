import type { NumericArray } from "../../../data";
import { ArgumentError } from "../../../rnn";
import { describe } from "../../checks";

/**
 * A score of a whole corpus that follows from sums over its examples and is not the mean of their values, such as BLEU or a
 * word error rate.
 */
export interface CorpusScore {
  /** What is summed, a row for each example: `[examples, statistics]`. */
  readonly statistics: NumericArray<Int32Array, 2>;
  /** The score, from the sums of all rows. */
  scoreOf(sums: Float64Array): number;
  /** What the score is and how it was computed; scores with different signatures are not compared. Default: none. */
  readonly signature?: string;
}

/** How two models differ: on all examples, and on a sample of as many, which `draw` takes one by one. */
export interface Comparison {
  readonly count: number;
  readonly difference: number;
  ofSample(draw: () => number): number;
}

export const isScore = (value: unknown): value is CorpusScore =>
  typeof value === "object" && value !== null && "statistics" in value && "scoreOf" in value;

/** Compares two scores of the same examples. @throws ArgumentError where they are not of the same measure and examples */
export function compareScores(where: string, first: CorpusScore, second: unknown): Comparison {
  if (!isScore(second)) throw new ArgumentError(where, "second", "a score with statistics, as first", describe(second));
  const [count, width] = first.statistics.shape;
  const [others, theirs] = second.statistics.shape;
  if (count === 0) throw new ArgumentError(where, "first", "statistics of at least one example", "none");
  if (others !== count) throw new ArgumentError(where, "second", `${count} examples, as first has`, `${others}`);
  if (width !== theirs || first.signature !== second.signature) {
    const [ours, other] = [first, second].map(
      ({ signature, statistics }) => signature ?? `${statistics.shape[1]} statistics`,
    );
    throw new ArgumentError(where, "second", `the same measure as first, ${ours}`, `${other}`);
  }
  const [a, b] = [first.statistics.data, second.statistics.data];
  const ofSample = (draw: () => number) => {
    const [sums, sumsOfSecond] = [new Float64Array(width), new Float64Array(width)];
    for (let i = 0; i < count; i++) {
      const row = draw() * width;
      for (let j = 0; j < width; j++) {
        sums[j] = (sums[j] as number) + (a[row + j] as number);
        sumsOfSecond[j] = (sumsOfSecond[j] as number) + (b[row + j] as number);
      }
    }
    const difference = first.scoreOf(sums) - second.scoreOf(sumsOfSecond);
    if (Number.isFinite(difference)) return difference;
    throw new ArgumentError(where, "a sample of examples", "finite scores", `a difference of ${difference}`);
  };
  let next = 0;
  return { count, difference: ofSample(() => next++), ofSample };
}
