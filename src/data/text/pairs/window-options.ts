import { checkBoolean, checkOptions } from "../../check-options";
import { checkWhole, DataError } from "../../errors";
import { Random } from "../../random";
import { type CorpusCounts, keepProbabilities, keptTokens, type Subsampling, type TokenSentences } from "./sentences";

/** What skip-gram pairs and CBOW windows have in common. */
export interface ContextWindowOptions {
  /** Examples in each batch. Required. */
  batchSize: number;
  /** The number of words on each side of a word that are its context: gensim's `window`, the book's `skip_window`. Default: 5. */
  window?: number;
  /**
   * true: each word's window is drawn, all sizes from 1 to `window` equally likely, so that near words count more, as in
   * word2vec. false: every window has the full size, as in the book. Default: true.
   */
  shrinkWindow?: boolean;
  /** Leaves out frequent words at random, as word2vec does, before windows are cut. Default: none is left out. */
  subsampling?: Subsampling;
  /** Ids that are left out before windows are cut, such as that of unknown words. Default: none. */
  drop?: readonly number[];
  /** Fixes all draws, together with `epoch`. Default: 0. */
  seed?: number;
  /** The number of the epoch. Each epoch has draws of its own, the same at every iteration. Default: 0. */
  epoch?: number;
  /** true: leaves out the last batch when it is short. Default: false. */
  dropRemainder?: boolean;
}

/** The words of one sentence, and how far the window of each reaches. */
export interface Windows {
  readonly window: number;
  readonly random: Random;
  /** The sentences of the epoch. Each array is overwritten by the next. */
  readonly sentences: Iterable<Int32Array>;
  readonly read: CorpusCounts;
  /** The size of the next word's window. */
  reach(): number;
}

const KEYS = ["batchSize", "window", "shrinkWindow", "subsampling", "drop", "seed", "epoch", "dropRemainder"];

/** @throws DataError when an option is wrong */
export function checkWindowOptions(
  where: string,
  options: ContextWindowOptions,
  further: readonly string[] = [],
): void {
  checkOptions(where, options, [...KEYS, ...further]);
  const { batchSize, window = 5, drop = [], seed = 0, epoch = 0, subsampling } = options;
  const { shrinkWindow = true, dropRemainder = false } = options;
  checkWhole(where, "batchSize", batchSize, 1);
  checkWhole(where, "window", window, 1, 10_000);
  checkWhole(where, "seed", seed, Number.MIN_SAFE_INTEGER);
  checkWhole(where, "epoch", epoch, 0);
  checkBoolean(where, "shrinkWindow", shrinkWindow);
  checkBoolean(where, "dropRemainder", dropRemainder);
  if (!Array.isArray(drop)) throw new DataError(where, "drop", "a list of ids", typeof drop);
  for (const [i, id] of drop.entries()) checkWhole(where, `drop[${i}]`, id, 0);
  if (subsampling === undefined) return;
  checkOptions(`${where}: subsampling`, subsampling, ["counts", "sample"]);
  if (!(subsampling.counts?.length > 0)) {
    throw new DataError(where, "subsampling.counts", "a count for each id", String(subsampling.counts));
  }
  keepProbabilities(subsampling.counts, subsampling.sample); // refuses bad numbers
}

/** The windows of one epoch. @throws DataError for bad counts */
export function openWindows(where: string, sentences: TokenSentences, options: ContextWindowOptions): Windows {
  const { window = 5, shrinkWindow = true, subsampling, drop = [], seed = 0, epoch = 0 } = options;
  const random = new Random(seed, epoch);
  const read = { words: 0, kept: 0 };
  const keep = subsampling && keepProbabilities(subsampling.counts, subsampling.sample);
  return {
    window,
    random,
    read,
    sentences: keptTokens(where, sentences, { drop: new Set(drop), keep }, { random, read }),
    reach: shrinkWindow ? () => 1 + random.integer(window) : () => window,
  };
}

/**
 * Refuses an epoch that taught nothing: a corpus that is not larger than a window, or one without an example.
 *
 * @throws DataError
 */
export function checkEpoch(where: string, { read, window }: Windows, examples: number): void {
  if (read.words <= window) {
    throw new DataError(where, "sentences", `more words than the window of ${window}`, `${read.words} words`);
  }
  if (examples > 0) return;
  const got = `none: ${read.kept} of ${read.words} words were kept, and no sentence had enough of them`;
  throw new DataError(where, "sentences", "words with a context", got);
}
