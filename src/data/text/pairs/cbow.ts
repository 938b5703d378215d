import { type NumericArray, numericArray } from "../../array";
import { checkWhole } from "../../errors";
import { type CorpusCounts, checkSentences, type TokenSentences } from "./sentences";
import type { WordBatches } from "./skip-gram";
import { type ContextWindowOptions, checkEpoch, checkWindowOptions, openWindows } from "./window-options";

export interface CbowOptions extends ContextWindowOptions {
  /** The id at the places of a window that have no word. Default: 0. */
  padding?: number;
}

/** Windows around words: the network gets the words of a window and learns to tell the one in its middle. */
export interface CbowBatch {
  /** The words of each window, `[batch, 2 · window]`, in their order; shorter windows end with padding. */
  readonly contexts: NumericArray<Int32Array, 2>;
  /** How many words each window has, `[batch]`, from 1 to 2 · window. */
  readonly lengths: NumericArray<Int32Array, 1>;
  /** The word in the middle, `[batch, 1]`, as the sampled losses take their labels. */
  readonly labels: NumericArray<Int32Array, 2>;
}

/**
 * One epoch of windows for a continuous bag of words (Mikolov et al. 2013, arXiv:1301.3781), in the order of the text.
 * Everything but the form of the batches is as in `skipGramPairs`.
 *
 * @example
 *   const text = Int32Array.of(5, 3, 8, 1, 4);
 *   for (const { contexts, labels } of cbowWindows(text, { batchSize: 8, window: 1, shrinkWindow: false })) {
 *     console.log(contexts.data, labels.data); // 3 0, 5 8, 3 1, 8 4, 1 0 around 5 3 8 1 4
 *   }
 *
 * @throws DataError as `skipGramPairs`
 */
export function cbowWindows(
  sentences: TokenSentences,
  options: CbowOptions,
): WordBatches<CbowBatch, CorpusCounts & { examples: number }> {
  const where = "cbowWindows";
  checkWindowOptions(where, options, ["padding"]);
  checkSentences(where, sentences);
  checkWhole(where, "padding", options.padding ?? 0, 0);
  return {
    [Symbol.iterator]: () => batchesOf(where, sentences, options),
    counts: () => {
      let examples = 0;
      const windows = openWindows(where, sentences, options);
      for (const sentence of windows.sentences) {
        for (let i = 0; i < sentence.length; i++) windows.reach(); // the same draws as for the batches
        if (sentence.length > 1) examples += sentence.length;
      }
      checkEpoch(where, windows, examples);
      return { ...windows.read, examples };
    },
  };
}

function* batchesOf(where: string, sentences: TokenSentences, options: CbowOptions): Generator<CbowBatch> {
  const { batchSize, window = 5, padding = 0, dropRemainder = false } = options;
  const width = 2 * window;
  const windows = openWindows(where, sentences, options);
  const empty = () => ({
    contexts: new Int32Array(batchSize * width).fill(padding),
    lengths: new Int32Array(batchSize),
    labels: new Int32Array(batchSize),
  });
  let batch = empty();
  let [filled, examples] = [0, 0];
  for (const sentence of windows.sentences) {
    for (let i = 0; i < sentence.length; i++) {
      const size = windows.reach();
      let count = 0;
      for (let j = Math.max(0, i - size); j <= i + size && j < sentence.length; j++) {
        if (j !== i) batch.contexts[filled * width + count++] = sentence[j] as number;
      }
      if (count === 0) continue;
      batch.lengths[filled] = count;
      batch.labels[filled++] = sentence[i] as number;
      examples++;
      if (filled < batchSize) continue;
      yield withShapes(batch, filled, width);
      batch = empty();
      filled = 0;
    }
  }
  checkEpoch(where, windows, examples);
  if (filled > 0 && !dropRemainder) yield withShapes(batch, filled, width);
}

type Filled = Record<"contexts" | "lengths" | "labels", Int32Array>;

const withShapes = ({ contexts, lengths, labels }: Filled, count: number, width: number): CbowBatch => ({
  contexts: numericArray(contexts.slice(0, count * width), [count, width]),
  lengths: numericArray(lengths.slice(0, count), [count]),
  labels: numericArray(labels.slice(0, count), [count, 1]),
});
