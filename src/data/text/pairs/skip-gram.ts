import { type NumericArray, numericArray } from "../../array";
import { checkWhole, DataError } from "../../errors";
import type { Random } from "../../random";
import { type CorpusCounts, checkSentences, type TokenSentences } from "./sentences";
import { type ContextWindowOptions, checkEpoch, checkWindowOptions, openWindows } from "./window-options";

export interface SkipGramOptions extends ContextWindowOptions {
  /**
   * How many words are drawn from each window, none twice: the book's `num_skips`. Words with fewer neighbours are then
   * left out, as the book leaves out the ends of its text. Default: all words of the window, in their order.
   */
  numSkips?: number;
}

/** Pairs of a word and a word of its context: the network gets the first and learns to tell the second. */
export interface SkipGramBatch {
  /** The word in the middle of the window, `[batch]`. */
  readonly words: NumericArray<Int32Array, 1>;
  /** A word of its context, `[batch, 1]`, as the sampled losses take their labels. */
  readonly labels: NumericArray<Int32Array, 2>;
}

/** One epoch of batches. It can be iterated again, with the same numbers, where the sentences can. */
export interface WordBatches<Batch, Counts> extends Iterable<Batch> {
  /** Reads the epoch once, without keeping it, and tells how many words and examples it has. */
  counts(): Counts;
}

/**
 * One epoch of skip-gram pairs (Mikolov et al. 2013, arXiv:1301.3781), in the order of the text: Keras's `skipgrams`
 * without negative samples, and the book's `generate_batch`. Pairs are made while they are read, so a corpus need not fit
 * into memory, and no pair crosses the end of a sentence.
 *
 * @example
 *   const text = Int32Array.of(5, 3, 8, 1, 4); // as the book cuts it: window 1, both neighbours, in random order
 *   for (const { words, labels } of skipGramPairs(text, { batchSize: 8, window: 1, shrinkWindow: false, numSkips: 2 })) {
 *     console.log(words.data, labels.data); // 3 3 8 8 1 1, say 5 8 1 3 8 4
 *   }
 *
 * @example
 *   const subsampling = { counts: [900, 40, 30, 20], sample: 0.2 };
 *   const pairs = skipGramPairs([[0, 1, 2, 0, 3], [3, 0, 2]], { batchSize: 128, window: 5, subsampling, seed: 42 });
 *   console.log(pairs.counts()); // { words: 8, kept: …, examples: … }
 *
 * @param sentences ids of tokens, or an iterable of such lists: `sentences.map((s) => tokenizer.encode(s))`
 * @throws DataError, at the call, when an option is wrong; while reading, when an id is wrong, or at the end, when the
 *   corpus has no more words than the window, or no pair
 */
export function skipGramPairs(
  sentences: TokenSentences,
  options: SkipGramOptions,
): WordBatches<SkipGramBatch, CorpusCounts & { examples: number }> {
  const where = "skipGramPairs";
  checkWindowOptions(where, options, ["numSkips"]);
  checkSentences(where, sentences);
  const { window = 5, numSkips, shrinkWindow = true } = options;
  if (numSkips !== undefined) {
    checkWhole(where, "numSkips", numSkips, 1, 2 * window);
    if (shrinkWindow) throw new DataError(where, "numSkips", "shrinkWindow: false beside it", "shrinkWindow: true");
  }
  return {
    [Symbol.iterator]: () => batchesOf(where, sentences, options),
    counts: () => {
      let examples = 0;
      const windows = openWindows(where, sentences, options);
      for (const [, count] of pairsOf(windows, numSkips)) examples += count;
      checkEpoch(where, windows, examples);
      return { ...windows.read, examples };
    },
  };
}

function* batchesOf(where: string, sentences: TokenSentences, options: SkipGramOptions): Generator<SkipGramBatch> {
  const { batchSize, numSkips, dropRemainder = false } = options;
  const windows = openWindows(where, sentences, options);
  let [words, labels] = [new Int32Array(batchSize), new Int32Array(batchSize)];
  let [filled, examples] = [0, 0];
  for (const [word, count, contexts] of pairsOf(windows, numSkips)) {
    for (let i = 0; i < count; i++) {
      words[filled] = word;
      labels[filled++] = contexts[i] as number;
      if (filled < batchSize) continue;
      yield { words: numericArray(words, [batchSize]), labels: numericArray(labels, [batchSize, 1]) };
      [words, labels] = [new Int32Array(batchSize), new Int32Array(batchSize)];
      filled = 0;
    }
    examples += count;
  }
  checkEpoch(where, windows, examples);
  if (filled === 0 || dropRemainder) return;
  yield {
    words: numericArray(words.slice(0, filled), [filled]),
    labels: numericArray(labels.slice(0, filled), [filled, 1]),
  };
}

/** Each word that has a context, the number of its pairs, and the words of these; the array is overwritten. */
function* pairsOf(
  { sentences, window, reach, random }: ReturnType<typeof openWindows>,
  numSkips: number | undefined,
): Generator<[word: number, count: number, contexts: Int32Array]> {
  const contexts = new Int32Array(2 * window);
  for (const sentence of sentences) {
    for (let i = 0; i < sentence.length; i++) {
      const size = reach();
      let count = 0;
      for (let j = Math.max(0, i - size); j <= i + size && j < sentence.length; j++) {
        if (j !== i) contexts[count++] = sentence[j] as number;
      }
      if (count < (numSkips ?? 1)) continue;
      if (numSkips !== undefined) drawFirst(contexts, count, numSkips, random);
      yield [sentence[i] as number, numSkips ?? count, contexts];
    }
  }
}

/** Puts some of the items, drawn at random, before the others. */
function drawFirst(items: Int32Array, length: number, count: number, random: Random): void {
  for (let i = 0; i < count; i++) {
    const from = i + random.integer(length - i);
    [items[i], items[from]] = [items[from] as number, items[i] as number];
  }
}
