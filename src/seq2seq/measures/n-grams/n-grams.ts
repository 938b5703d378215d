/** How often each n-gram occurs, by its items in one text. */
export type NGrams = Map<string, number>;

/**
 * Counts the n-grams of each order from 1 to `maxOrder`. `between` stands between two items; no item may hold it, unless
 * all items have the same length.
 */
export function nGramsOf(items: readonly string[], maxOrder: number, between: string): NGrams[] {
  return Array.from({ length: maxOrder }, (_, i) => {
    const grams: NGrams = new Map();
    for (let start = 0; start + i < items.length; start++) {
      const gram = items.slice(start, start + i + 1).join(between);
      grams.set(gram, (grams.get(gram) ?? 0) + 1);
    }
    return grams;
  });
}

/** How many n-grams two texts have in common, each as often as it occurs in both. */
export function matches(first: NGrams, second: NGrams): number {
  let sum = 0;
  for (const [gram, count] of first) sum += Math.min(count, second.get(gram) ?? 0);
  return sum;
}

/** Each n-gram as often as in that text where it occurs most. */
export function mostOf(texts: readonly NGrams[]): NGrams {
  const most: NGrams = new Map();
  for (const text of texts) for (const [gram, count] of text) most.set(gram, Math.max(most.get(gram) ?? 0, count));
  return most;
}

/** The number of n-grams. */
export function total(grams: NGrams): number {
  let sum = 0;
  for (const count of grams.values()) sum += count;
  return sum;
}
