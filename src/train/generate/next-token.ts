import { ArgumentError, checkOptions, describe } from "../../arguments";
import { checkCount, checkNumber } from "../checks";

/** How the next token is chosen. The names are Hugging Face's. */
export interface SamplingOptions {
  /**
   * Divides the logits. Below 1 likely tokens become likelier, above 1 the probabilities come closer to each other; 0 takes
   * the likeliest token each time (greedy decoding). Default: 1.
   */
  temperature?: number;
  /** Only the k likeliest tokens may be chosen, and those that are as likely as the last of them. Default: all. */
  topK?: number;
  /**
   * Only the smallest set of likeliest tokens whose probabilities add up to at least p may be chosen (nucleus sampling;
   * Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration"), above 0 and at most 1. Default: 1, all.
   */
  topP?: number;
  /**
   * Divides the positive logits of all tokens that stand in the text so far, and multiplies the negative ones (Keskar et al.
   * 2019, "CTRL"). Above 1 the text repeats itself less. A model of characters repeats characters in any good text. Default: 1.
   */
  repetitionPenalty?: number;
}

export interface NextTokenOptions extends SamplingOptions {
  /** The tokens so far, for the repetition penalty. Default: none. */
  previous?: Iterable<number>;
  /** Tokens that must not be chosen. Default: none. */
  suppress?: Iterable<number>;
}

export const SAMPLING_NAMES = ["temperature", "topK", "topP", "repetitionPenalty"] as const;

/** @throws ArgumentError naming the option that is out of its range */
export function checkSampling(where: string, { temperature, topK, topP, repetitionPenalty }: SamplingOptions): void {
  if (temperature !== undefined) checkNumber(where, "temperature", temperature, 0);
  if (topK !== undefined) checkCount(where, "topK", topK);
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw new ArgumentError(where, "topP", "a number above 0 and at most 1", describe(topP));
  }
  if (repetitionPenalty === undefined) return;
  checkNumber(where, "repetitionPenalty", repetitionPenalty);
  if (repetitionPenalty > 0) return;
  throw new ArgumentError(where, "repetitionPenalty", "a number above 0", describe(repetitionPenalty));
}

/**
 * The probabilities with which `generate` chooses the next token, in double precision. The options apply in Hugging Face's
 * order, and keep the tokens that its logits processors keep:
 *
 *   1. repetition penalty r, once for each token in `previous`:  z = z / r where z > 0, else z·r
 *   2. suppressed tokens get the probability 0
 *   3. temperature:  z = z / temperature
 *   4. top-k:        z below the k-th largest gets the probability 0
 *   5. top-p:        the smallest set of likeliest tokens with Σ p ≥ topP stays; of equally likely ones, those of lower ids
 *   6. p = softmax(z) over the tokens that are left
 *
 * @example
 *   const p = nextTokenProbabilities([1, 3, 2], { topK: 2 }); // 0, 0.731, 0.269
 *
 * @param logits a score for each token of the vocabulary; −∞ for a token that cannot come next
 * @throws ArgumentError for an option out of its range, a logit that is NaN or +∞, and when no token is left
 */
export function nextTokenProbabilities(logits: ArrayLike<number>, options: NextTokenOptions = {}): Float64Array {
  const where = "nextTokenProbabilities";
  checkOptions(where, options, [...SAMPLING_NAMES, "previous", "suppress"]);
  checkSampling(where, options);
  for (const argument of ["previous", "suppress"] as const) {
    for (const id of options[argument] ?? []) {
      if (Number.isInteger(id) && id >= 0 && id < logits.length) continue;
      throw new ArgumentError(where, argument, `ids from 0 to ${logits.length - 1}`, describe(id));
    }
  }
  return probabilitiesOf(where, logits, options);
}

/** The same, of options that are checked. */
export function probabilitiesOf(where: string, logits: ArrayLike<number>, options: NextTokenOptions): Float64Array {
  const { temperature = 1, topK, topP = 1, repetitionPenalty = 1, previous = [], suppress = [] } = options;
  const scores = Float64Array.from(logits);
  if (repetitionPenalty !== 1) {
    for (const id of new Set(previous)) {
      const score = scores[id] as number;
      scores[id] = score > 0 ? score / repetitionPenalty : score * repetitionPenalty;
    }
  }
  for (const id of suppress) scores[id] = Number.NEGATIVE_INFINITY;
  const best = likeliest(where, logits, scores);
  if (temperature === 0) return new Float64Array(scores.length).fill(1, best, best + 1);
  const top = scores[best] as number;
  for (let i = 0; i < scores.length; i++) scores[i] = ((scores[i] as number) - top) / temperature;
  if (topK !== undefined && topK < scores.length) keepTopK(scores, topK);
  const probabilities = softmax(scores);
  if (topP < 1) keepTopP(probabilities, topP);
  return probabilities;
}

/** The first token with the largest score. @throws ArgumentError where a score is no number, or no token is left */
function likeliest(where: string, logits: ArrayLike<number>, scores: Float64Array): number {
  let best = -1;
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (!(score < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(where, "logits", "finite numbers", `${logits[i]} for token ${i}`);
    }
    if (score > top) [best, top] = [i, score];
  }
  if (best >= 0) return best;
  throw new ArgumentError(where, "logits", "a token that may come next", "none: all are −∞ or suppressed");
}

/** Takes all scores out that are below the k-th largest. */
function keepTopK(scores: Float64Array, k: number): void {
  const least = scores.slice().sort()[scores.length - k] as number;
  for (let i = 0; i < scores.length; i++) if ((scores[i] as number) < least) scores[i] = Number.NEGATIVE_INFINITY;
}

/** Keeps the likeliest tokens up to the one with which they reach the mass p, and divides by what they add up to. */
function keepTopP(probabilities: Float64Array, p: number): void {
  const descending = probabilities.slice().sort().reverse();
  let [count, mass] = [0, 0];
  while (mass < p && count < descending.length) mass += descending[count++] as number;
  const least = descending[count - 1] as number;
  let equal = 0; // how many of those as likely as the last one are kept
  for (let i = count - 1; i >= 0 && descending[i] === least; i--) equal++;
  for (let i = 0; i < probabilities.length; i++) {
    const own = probabilities[i] as number;
    const isKept = own > least || (own === least && equal-- > 0);
    probabilities[i] = isKept ? own / mass : 0;
  }
}

function softmax(scores: Float64Array): Float64Array {
  const weights = scores.map(Math.exp);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i] as number;
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / total;
  return weights;
}

/**
 * Draws a token by its probability.
 *
 * @param draw a random number on [0, 1)
 */
export function pick(probabilities: Float64Array, draw: number): number {
  let last = 0;
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const own = probabilities[i] as number;
    if (own === 0) continue;
    sum += own;
    last = i;
    if (sum > draw) return i;
  }
  return last; // rounding left a little over
}
