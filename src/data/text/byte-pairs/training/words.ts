/**
 * The distinct pre-tokens of a corpus as lists of token ids, in one array. A merge shortens a word in place.
 */
export interface Words {
  readonly symbols: Int32Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** How often each word occurs. */
  readonly counts: Float64Array;
}

/** What a merge changes: the pair (first, second) in word `word` occurs once more (+1) or once less (−1). */
export type OnChange = (first: number, second: number, change: 1 | -1, word: number) => void;

/**
 * Replaces each pair (first, second) of a word by `merged`, from left to right, and reports the pairs that disappear
 * and appear beside it. What the merged pair itself loses is not reported: it has left the queue.
 */
export function mergeInWord(
  words: Words,
  word: number,
  first: number,
  second: number,
  merged: number,
  onChange: OnChange,
): void {
  const { symbols, starts, lengths } = words;
  const start = starts[word] as number;
  const end = start + (lengths[word] as number);
  let write = start;
  for (let read = start; read < end; read++) {
    const symbol = symbols[read] as number;
    if (symbol !== first || read + 1 >= end || symbols[read + 1] !== second) {
      symbols[write++] = symbol;
      continue;
    }
    if (write > start) {
      const before = symbols[write - 1] as number;
      onChange(before, first, -1, word);
      onChange(before, merged, 1, word);
    }
    if (read + 2 < end) {
      const after = symbols[read + 2] as number;
      onChange(second, after, -1, word);
      onChange(merged, after, 1, word);
    }
    symbols[write++] = merged;
    read++;
  }
  lengths[word] = write - start;
}
