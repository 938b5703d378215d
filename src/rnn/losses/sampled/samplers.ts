import type { NumericArray } from "../../../data";
import { checkCount, checkFinite, checkOptions, describe } from "../../checks";
import { ArgumentError } from "../../errors";
import {
  checkTrueClasses,
  drawClasses,
  expectedCount,
  repeatedRows,
  type SampledCandidateRows,
  type SampledCandidates,
} from "./candidates";
import { type Distribution, logUniform, totalOf, uniform, weighted } from "./distributions";
import { Philox } from "./philox";

export interface CandidateSamplerOptions {
  /** The number of classes that each step draws. */
  numSampled: number;
  /** The number of classes: 0 … rangeMax − 1 are drawn. */
  rangeMax: number;
  /** Whether a step draws each class only once. Default: true, as the losses of TensorFlow 1.x do. */
  unique?: boolean;
  /** The seed of the operation, TensorFlow's `seed=`. Default: 0. */
  seed?: number;
  /** The seed of the graph, TensorFlow's `tf.set_random_seed`. Default: 87654321, what TensorFlow takes without one. */
  graphSeed?: number;
}

/**
 * Draws the classes that stand for all others in a loss. The draws of a step depend on the seeds and the number of the
 * step alone: a training that is resumed at step 500 draws what it would have drawn.
 */
export interface CandidateSampler {
  readonly numSampled: number;
  readonly rangeMax: number;
  readonly unique: boolean;
  /**
   * The candidates of one step, with the expected counts of the batch's true classes.
   *
   * @param step the number of the step, from 0: what a session of TensorFlow draws in its run number `step`
   * @param trueClasses int32 `[batch, numTrue]`
   * @throws ArgumentError when the step is not a whole number, or a class is outside the range
   */
  sample(step: number, trueClasses: NumericArray<Int32Array, 2>): SampledCandidates;
  /** The same with the candidates repeated for each example, for the batches of `fit`; see `nceLoss` and `firstRows`. */
  sampleRows(step: number, trueClasses: NumericArray<Int32Array, 2>): SampledCandidateRows;
}

export interface FixedUnigramOptions extends CandidateSamplerOptions {
  /** How often each class occurs, from class `numReservedIds` on: counts or probabilities. */
  unigrams: ArrayLike<number>;
  /** The power of the counts. word2vec's negatives have 0.75. Default: 1, as in TensorFlow. */
  distortion?: number;
  /** The number of first classes that are never drawn, such as padding. Default: 0. */
  numReservedIds?: number;
}

const KEYS = ["numSampled", "rangeMax", "unique", "seed", "graphSeed"];
/** TensorFlow's default for the seed of the graph, and the number that it takes seeds modulo. */
const [DEFAULT_GRAPH_SEED, SEEDS] = [87654321, 2 ** 31 - 1];
/** Blocks of 128 random bits that TensorFlow reserves for each candidate: 2048 words of 32 bits. */
const BLOCKS_PER_CANDIDATE = 512;

/**
 * Draws classes c with P(c) = log((c + 2) / (c + 1)) / log(rangeMax + 1). It fits classes in order of falling frequency,
 * as the ids of `wordTokenizer` are. TensorFlow 1.x's `tf.nn.log_uniform_candidate_sampler`: for the same seeds the same
 * classes and expected counts.
 *
 * @example
 *   const sampler = logUniformCandidateSampler({ numSampled: 64, rangeMax: 5000, seed: 42 });
 *   const labels = { data: Int32Array.of(17, 4), shape: [2, 1] as const }; // [batch, numTrue]
 *   const { sampledCandidates, trueExpectedCount } = sampler.sample(0, labels);
 *   console.log(sampledCandidates.data, trueExpectedCount.data);
 *
 * @throws ArgumentError when an option is wrong, or more unique candidates are asked for than there are classes
 */
export function logUniformCandidateSampler(options: CandidateSamplerOptions): CandidateSampler {
  const where = "logUniformCandidateSampler";
  checkSamplerOptions(where, options, KEYS);
  return samplerOf(where, options, logUniform(options.rangeMax));
}

/**
 * Draws all classes equally often. TensorFlow 1.x's `tf.nn.uniform_candidate_sampler`: for the same seeds the same
 * classes and expected counts.
 *
 * @example
 *   const sampler = uniformCandidateSampler({ numSampled: 2, rangeMax: 10, unique: false, seed: 42 });
 *   console.log(sampler.sample(0, { data: Int32Array.of(3), shape: [1, 1] }).trueExpectedCount.data); // 2 / 10
 *
 * @throws ArgumentError as `logUniformCandidateSampler`
 */
export function uniformCandidateSampler(options: CandidateSamplerOptions): CandidateSampler {
  const where = "uniformCandidateSampler";
  checkSamplerOptions(where, options, KEYS);
  return samplerOf(where, options, uniform(options.rangeMax));
}

/**
 * Draws class c with a probability in proportion to unigrams[c]^distortion. With `distortion: 0.75` it draws the negative
 * words of word2vec (Mikolov et al. 2013, arXiv:1310.4546). TensorFlow 1.x's `tf.nn.fixed_unigram_candidate_sampler`: for
 * the same seeds the same classes and expected counts.
 *
 * @example
 *   const counts = [50, 20, 3, 1]; // of each word
 *   const options = { numSampled: 2, rangeMax: 4, unigrams: counts, distortion: 0.75, seed: 42 };
 *   const sampler = fixedUnigramCandidateSampler(options);
 *   console.log(sampler.sample(0, { data: Int32Array.of(3), shape: [1, 1] }).sampledCandidates.data);
 *
 * @throws ArgumentError as `logUniformCandidateSampler`, and when a count, its power or the sum of all is not finite, a count is
 *   negative, or the number of counts is not `rangeMax − numReservedIds`
 */
export function fixedUnigramCandidateSampler(options: FixedUnigramOptions): CandidateSampler {
  const where = "fixedUnigramCandidateSampler";
  checkSamplerOptions(where, options, [...KEYS, "unigrams", "distortion", "numReservedIds"]);
  const { rangeMax, numSampled, unique = true, unigrams, distortion = 1, numReservedIds = 0 } = options;
  checkCount(where, "numReservedIds", numReservedIds, 0);
  checkFinite(where, "distortion", distortion);
  if (unigrams?.length !== rangeMax - numReservedIds) {
    const expected = `${rangeMax - numReservedIds} counts, rangeMax − numReservedIds`;
    throw new ArgumentError(where, "unigrams", expected, unigrams?.length ? `${unigrams.length}` : describe(unigrams));
  }
  const weights = new Float32Array(rangeMax);
  for (let i = 0; i < unigrams.length; i++) {
    const count = unigrams[i] as number;
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(where, `unigrams[${i}]`, "a count of at least 0", describe(count));
    }
    const weight = Math.fround(Math.fround(count) ** Math.fround(distortion));
    if (weight === Number.POSITIVE_INFINITY) {
      const expected = `a count whose power ${distortion} is finite in float32`;
      throw new ArgumentError(where, `unigrams[${i}]`, expected, describe(count));
    }
    weights[numReservedIds + i] = weight;
  }
  if (totalOf(weights) === Number.POSITIVE_INFINITY) {
    throw new ArgumentError(where, "unigrams", "a finite sum in float32", "one that overflows");
  }
  const possible = weights.reduce((found, weight) => found + Number(weight > 0), 0);
  if (possible < (unique ? numSampled : 1)) {
    const expected = `at least ${unique ? numSampled : 1} counts above 0`;
    throw new ArgumentError(where, "unigrams", expected, String(possible));
  }
  return samplerOf(where, options, weighted(weights));
}

function checkSamplerOptions(where: string, options: CandidateSamplerOptions, known: readonly string[]): void {
  checkOptions(where, options, known);
  const { numSampled, rangeMax, unique = true, seed = 0, graphSeed = 0 } = options;
  checkCount(where, "numSampled", numSampled);
  checkCount(where, "rangeMax", rangeMax);
  if (rangeMax > 2 ** 31) throw new ArgumentError(where, "rangeMax", "at most 2³¹, as ids are int32", String(rangeMax));
  checkCount(where, "seed", seed, Number.MIN_SAFE_INTEGER);
  checkCount(where, "graphSeed", graphSeed, Number.MIN_SAFE_INTEGER);
  if (typeof unique !== "boolean") throw new ArgumentError(where, "unique", "true or false", describe(unique));
  if (unique && numSampled > rangeMax) {
    throw new ArgumentError(where, "numSampled", `at most rangeMax, ${rangeMax}, as unique is true`, `${numSampled}`);
  }
}

function samplerOf(
  where: string,
  { numSampled, rangeMax, unique = true, seed = 0, graphSeed = DEFAULT_GRAPH_SEED }: CandidateSamplerOptions,
  distribution: Distribution,
): CandidateSampler {
  const [key, given] = [modulo(graphSeed, SEEDS), modulo(seed, SEEDS)];
  const stream = key === 0 && given === 0 ? SEEDS : given; // (0, 0) means a random seed to TensorFlow's kernels
  const sample = (step: number, trueClasses: NumericArray<Int32Array, 2>): SampledCandidates => {
    checkCount(`${where}.sample`, "step", step, 0);
    checkTrueClasses(`${where}.sample`, trueClasses, rangeMax);
    const random = new Philox(key, stream, step * BLOCKS_PER_CANDIDATE * numSampled);
    const { values, tries } = drawClasses(distribution, random, { where, numSampled, unique });
    const countOf = (value: number) => expectedCount(distribution.probabilityOf(value), numSampled, tries);
    return {
      sampledCandidates: { data: values, shape: [numSampled] },
      trueExpectedCount: { data: Float32Array.from(trueClasses.data, countOf), shape: trueClasses.shape },
      sampledExpectedCount: { data: Float32Array.from(values, countOf), shape: [numSampled] },
    };
  };
  return { numSampled, rangeMax, unique, sample, sampleRows: (...given) => repeatedRows(sample(...given)) };
}

/** The remainder that is never negative, as Python's. */
const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;
