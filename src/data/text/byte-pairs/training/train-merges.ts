import { PairQueue } from "./pair-queue";
import { mergeInWord, type Words } from "./words";

/** More than any vocabulary: a pair of ids is one number, first · RADIX + second. */
const RADIX = 2 ** 26;

/**
 * Learns merges (Sennrich, Haddow and Birch 2016, arXiv:1508.07909): again and again the most frequent pair of
 * neighbouring tokens becomes a token. The counts are kept, not taken anew: a merge changes the counts of the pairs
 * beside it, in the words that have the pair.
 *
 * The order is that of Python's `tokenizers`, in all its details: equal counts go by the smaller ids; a pair whose
 * count has fallen since it was queued is queued again; a pair that appears again has a second entry in the queue with
 * its new words alone; the count of a merged pair stays; two pairs that give the same text share a token.
 *
 * @param words the distinct pre-tokens; they are changed   @param tokens the tokens at the beginning; the new ones are
 * added
 * @returns the pairs in the order in which they were merged; where one came twice, its last place counts
 */
export function trainMerges(
  words: Words,
  tokens: string[],
  vocabularySize: number,
  minCount: number,
): [first: number, second: number][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const counts = new Map<number, number>();
  const queue = new PairQueue();
  const merges = new Map<number, [number, number]>();
  let appeared = new Map<number, number[]>();

  const note = (first: number, second: number, change: 1 | -1, word: number): void => {
    const pair = first * RADIX + second;
    counts.set(pair, (counts.get(pair) ?? 0) + change * (words.counts[word] as number));
    if (change < 0) return;
    const places = appeared.get(pair);
    if (places === undefined) appeared.set(pair, [word]);
    else if (places[places.length - 1] !== word) places.push(word);
  };
  const enqueue = (): void => {
    for (const [pair, places] of appeared) {
      const count = counts.get(pair) as number;
      if (count > 0) queue.push({ first: Math.floor(pair / RADIX), second: pair % RADIX, count, words: places });
    }
    appeared = new Map();
  };

  words.starts.forEach((start, word) => {
    const end = start + (words.lengths[word] as number);
    for (let at = start + 1; at < end; at++) {
      note(words.symbols[at - 1] as number, words.symbols[at] as number, 1, word);
    }
  });
  enqueue();

  while (tokens.length < vocabularySize) {
    const top = queue.pop();
    if (top === undefined) break;
    const { first, second } = top;
    const pair = first * RADIX + second;
    const count = counts.get(pair) as number;
    if (top.count !== count) {
      queue.push({ ...top, count });
      continue;
    }
    if (count < Math.max(1, minCount)) break;
    const text = `${tokens[first]}${tokens[second]}`;
    const merged = ids.get(text) ?? tokens.length;
    if (merged === tokens.length) {
      tokens.push(text);
      ids.set(text, merged);
    }
    merges.delete(pair);
    merges.set(pair, [first, second]);
    for (const word of top.words) mergeInWord(words, word, first, second, merged, note);
    enqueue();
  }
  return [...merges.values()];
}
