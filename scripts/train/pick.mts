/**
 * Draws one of the numbers 0 … n − 1 with the probabilities of the softmax of score / temperature. Below 1 the likely
 * numbers are drawn more often; above 1 the probabilities come closer to each other.
 *
 * @param draw a random number on [0, 1)
 */
export function pick(scores: ArrayLike<number>, temperature: number, draw: number): number {
  const top = Math.max(...Array.from(scores));
  const weights = Array.from(scores, (score) => Math.exp((score - top) / temperature));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.map((weight) => weight > 0).lastIndexOf(true); // rounding left a little over
}
