/**
 * One of the numbers 0 … n − 1, each as likely as the softmax of its score over the temperature says: below 1 the likely
 * ones are taken more often, above 1 all are nearly alike.
 *
 * @param draw a number on [0, 1)
 */
export function pick(scores, temperature, draw) {
  const top = Math.max(...scores);
  const weights = Array.from(scores, (score) => Math.exp((score - top) / temperature));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.findLastIndex((weight) => weight > 0); // rounding left a little over
}
