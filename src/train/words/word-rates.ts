import type { BlockShape } from "./blocks";

/** More terms than this in one step would add up to a move that is too long at the usual learning rates. */
const MOST_TERMS = 256;

/**
 * A step adds up the gradients of all pairs of a block, where word2vec moves a vector after each pair. For a word with many
 * pairs in a block the sum would move too far, and the vectors would diverge. So each word has a rate: 1 where it is
 * expected in at most MOST_TERMS terms of a block, and MOST_TERMS / (expected terms) beyond.
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
  }: {
    readonly shares: Float64Array;
    readonly noise: Float64Array;
    readonly negative: number;
    readonly shrinkWindow: boolean;
  },
): { readonly inputs: Float32Array; readonly outputs: Float32Array } {
  const pairs = segments * centres * (shrinkWindow ? window + 1 : 2 * window);
  const rateOf = (terms: number) => Math.min(1, MOST_TERMS / terms);
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
