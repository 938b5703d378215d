import { Random } from "../../../data";
import { ArgumentError } from "../../../rnn";
import { checkCount, checkOptions, describe } from "../../checks";
import { type Comparison, type CorpusScore, compareScores, isScore } from "./corpus-score";

/** Options of `pairedBootstrap`. */
export interface PairedBootstrapOptions {
  /** How many samples are drawn. Default: 10,000. */
  samples?: number;
  /** The share of the samples' differences that lie in the interval. Default: 0.95. */
  level?: number;
  /** Fixes the samples. Default: 0. */
  seed?: number;
}

/** The difference of two means or scores, and how far it might move with other test examples. */
export interface BootstrapDifference {
  /** mean(first) − mean(second), or the difference of the scores. */
  readonly difference: number;
  /** The ends of the interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * Compares two models on the same test examples: the difference of their mean values, and its bootstrap percentile
 * interval (Efron and Tibshirani 1993, chapter 13). Each sample draws as many examples as there are, with replacement, and
 * takes both models' values of an example together, because an example that is hard for one model is often hard for the
 * other too. An interval that contains 0 says that the examples are too few to tell the two models apart. It does not
 * know how much a training would differ with another seed.
 *
 * Scores that are no means, such as `bleu` of unroll/seq2seq, are computed anew from the sums of each sample's examples
 * (Koehn 2004, W04-3250): `pairedBootstrap(bleu(ours, references), bleu(others, references))`.
 *
 * @example
 *   const right = Float32Array.of(1, 1, 0, 1, 1, 0, 1, 1); // 1 where the first model is right
 *   const other = Float32Array.of(1, 0, 0, 1, 1, 0, 1, 0);
 *   const { difference, low, high } = pairedBootstrap(right, other, { seed: 42 }); // 0.25, 0 and 0.625
 *
 * @param first a value for each example, such as 1 where the model is right and 0 where it is wrong, or a corpus's score
 * @param second the other model's values of the same examples, or its score of the same corpus
 * @throws ArgumentError for lists of different lengths, none, a value or score that is not finite, scores of different
 *   measures, or options out of range
 */
export function pairedBootstrap(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options?: PairedBootstrapOptions,
): BootstrapDifference;
export function pairedBootstrap(
  first: CorpusScore,
  second: CorpusScore,
  options?: PairedBootstrapOptions,
): BootstrapDifference;
export function pairedBootstrap(
  first: ArrayLike<number> | CorpusScore,
  second: ArrayLike<number> | CorpusScore,
  options: PairedBootstrapOptions = {},
): BootstrapDifference {
  const where = "pairedBootstrap";
  checkOptions(where, options, ["samples", "level", "seed"]);
  const { samples = 10_000, level = 0.95, seed = 0 } = options;
  checkCount(where, "samples", samples);
  if (!(level > 0 && level < 1))
    throw new ArgumentError(where, "options.level", "a share between 0 and 1", String(level));
  const { count, difference, ofSample } = isScore(first)
    ? compareScores(where, first, second)
    : compareMeans(differencesOf(where, first, second));
  const random = new Random(seed);
  const differences = Float64Array.from({ length: samples }, () => ofSample(() => random.integer(count))).sort();
  return { difference, low: quantile(differences, (1 - level) / 2), high: quantile(differences, (1 + level) / 2) };
}

function compareMeans(differences: Float64Array): Comparison {
  const count = differences.length;
  const difference = differences.reduce((sum, value) => sum + value, 0) / count;
  const ofSample = (draw: () => number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += differences[draw()] as number;
    return sum / count;
  };
  return { count, difference, ofSample };
}

function differencesOf(where: string, first: ArrayLike<number>, second: ArrayLike<number> | CorpusScore): Float64Array {
  checkNumbers(where, "first", first);
  checkNumbers(where, "second", second);
  if (first.length === 0) throw new ArgumentError(where, "first", "a value for each example", "none");
  if (second.length !== first.length) {
    throw new ArgumentError(where, "second", `${first.length} values, as first has`, `${second.length}`);
  }
  const differences = Float64Array.from(first, (value, i) => value - (second[i] as number));
  const wrong = differences.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return differences;
  throw new ArgumentError(where, `example ${wrong}`, "finite values", `${first[wrong]} and ${second[wrong]}`);
}

function checkNumbers(where: string, name: string, values: unknown): asserts values is ArrayLike<number> {
  if (typeof (values as ArrayLike<number> | undefined)?.length === "number") return;
  throw new ArgumentError(where, name, "a list of numbers, one for each example", describe(values));
}

/** The quantile of sorted values, linear between two neighbours, as NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below] as number, sorted[Math.min(below + 1, sorted.length - 1)] as number];
  return a + (place - below) * (b - a);
}
