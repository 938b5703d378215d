import { expect, test } from "vitest";
import { corpusIds } from "../../../src/train/words/corpus-ids";
import { countWords } from "../../../src/train/words/vocabulary";

/** A corpus that counts how often it is read. */
function counting(sentences: readonly string[]) {
  let read = 0;
  return {
    corpus: {
      *[Symbol.iterator]() {
        read++;
        yield* sentences;
      },
    },
    read: () => read,
  };
}
const idsOf = (sentences: Iterable<{ ids: Int32Array; words: number }>) =>
  [...sentences].map(({ ids, words }) => [[...ids], words]);

test.each([
  ["a corpus that fits in memory is read once to count and once for its ids", undefined, 2],
  ["a larger one is read anew in each epoch, so that it need not fit", 6, 4],
])("%s", (_, mostInMemory, times) => {
  const { corpus, read } = counting(["b a  rare", "a b a", "", "b"]);
  const ids = corpusIds("test", corpus, countWords("test", corpus, 2), mostInMemory);
  for (let epoch = 0; epoch < 3; epoch++) {
    expect(idsOf(ids())).toEqual([[[0, 1], 3], [[1, 0, 1], 3], [[], 0], [[0], 1]]); // biome-ignore format: one line
  }
  expect(read()).toBe(times);
});
