import { Random } from "../../../data";
import { ArgumentError } from "../../../rnn";
import { checkCount, checkOptions, describe } from "../../checks";

/** Options of `pairedBootstrap`. */
export interface PairedBootstrapOptions {
  /** How many samples are drawn. Default: 10,000. */
  samples?: number;
  /** The share of the samples' differences that lie in the interval. Default: 0.95. */
  level?: number;
  /** Fixes the samples. Default: 0. */
  seed?: number;
}

/** The difference of two means, and how far it might move with other test examples. */
export interface BootstrapDifference {
  /** mean(first) − mean(second). */
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
 * @example
 *   const right = Float32Array.of(1, 1, 0, 1, 1, 0, 1, 1); // 1 where the first model is right
 *   const other = Float32Array.of(1, 0, 0, 1, 1, 0, 1, 0);
 *   const { difference, low, high } = pairedBootstrap(right, other, { seed: 42 }); // 0.25, 0 and 0.625
 *
 * @param first a value for each example, such as 1 where the model is right and 0 where it is wrong
 * @param second the other model's values of the same examples
 * @throws ArgumentError for lists of different lengths, none, a value that is not finite, or options out of range
 */
export function pairedBootstrap(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: PairedBootstrapOptions = {},
): BootstrapDifference {
  const where = "pairedBootstrap";
  checkOptions(where, options, ["samples", "level", "seed"]);
  const { samples = 10_000, level = 0.95, seed = 0 } = options;
  checkCount(where, "samples", samples);
  if (!(level > 0 && level < 1))
    throw new ArgumentError(where, "options.level", "a share between 0 and 1", String(level));
  const differences = differencesOf(where, first, second);
  const random = new Random(seed);
  const count = differences.length;
  const means = Float64Array.from({ length: samples }, () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += differences[random.integer(count)] as number;
    return sum / count;
  }).sort();
  const difference = differences.reduce((sum, value) => sum + value, 0) / count;
  return { difference, low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}

function differencesOf(where: string, first: ArrayLike<number>, second: ArrayLike<number>): Float64Array {
  for (const [name, values] of Object.entries({ first, second })) {
    if (typeof values?.length === "number") continue;
    throw new ArgumentError(where, name, "a list of numbers, one for each example", describe(values));
  }
  if (first.length === 0) throw new ArgumentError(where, "first", "a value for each example", "none");
  if (second.length !== first.length) {
    throw new ArgumentError(where, "second", `${first.length} values, as first has`, `${second.length}`);
  }
  const differences = Float64Array.from(first, (value, i) => value - (second[i] as number));
  const wrong = differences.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return differences;
  throw new ArgumentError(where, `example ${wrong}`, "finite values", `${first[wrong]} and ${second[wrong]}`);
}

/** The quantile of sorted values, linear between two neighbours, as NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below] as number, sorted[Math.min(below + 1, sorted.length - 1)] as number];
  return a + (place - below) * (b - a);
}
