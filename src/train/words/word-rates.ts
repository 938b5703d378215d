import type { BlockShape } from "./blocks";

/** The most that the learning rates of the terms of a step may add up to: 256 terms at 0.025. */
const LONGEST_MOVE = 6.4;

/**
 * A step adds up the gradients of all pairs of a block, where word2vec moves a vector after each pair. For a word with many
 * pairs in a block the sum would move too far, and the vectors would diverge. So each word has a rate: 1 where the
 * learning rate times the terms that a block is expected to have of the word is at most LONGEST_MOVE, and lower beyond.
 *
 * @param shares the share of each word among the words that are kept
 * @param noise the probability of each word as a negative
 */
export function wordRates(
  { segments, centres, window }: BlockShape,
  {
    shares,
    noise,
    negative,
    shrinkWindow,
    learningRate,
  }: {
    readonly shares: Float64Array;
    readonly noise: Float64Array;
    readonly negative: number;
    readonly shrinkWindow: boolean;
    readonly learningRate: number;
  },
): { readonly inputs: Float32Array; readonly outputs: Float32Array } {
  const pairs = segments * centres * (shrinkWindow ? window + 1 : 2 * window);
  const rateOf = (terms: number) => Math.min(1, LONGEST_MOVE / (learningRate * terms));
  return {
    inputs: Float32Array.from(shares, (share) => rateOf(pairs * share * (1 + negative))),
    outputs: Float32Array.from(shares, (share, id) => rateOf(pairs * (share + negative * (noise[id] as number)))),
  };
}

/** Each weight, divided by their sum. */
export function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
