import { ArgumentError } from "../../rnn";
import { checkCount, checkFunction, checkNumber, checkOneOf, checkOptions, describe } from "../checks";

/** How far `trainWordVectors` is. */
export interface WordVectorsProgress {
  /** The number of the epoch, from 0. */
  readonly epoch: number;
  /** The words of the corpus that were read, over all epochs. */
  readonly words: number;
  /** The words that all epochs read. */
  readonly totalWords: number;
  /** Words read in a second since the training began. */
  readonly wordsPerSecond: number;
  /** The loss of negative sampling for each word of this epoch, over all pairs of the word, in nats. */
  readonly loss: number;
}

/** Options of `trainWordVectors`, with gensim's names and its defaults, but for skip-gram. */
export interface TrainWordVectorsOptions {
  /** "skip-gram": a word tells each word of its context (gensim's `sg=1`); "cbow": a context tells its word. Default: "skip-gram". */
  model?: "skip-gram" | "cbow";
  /** Numbers of a vector. Default: 100. */
  vectorSize?: number;
  /** The number of words on each side of a word that are its context. Default: 5. */
  window?: number;
  /** true: the size of each window is drawn from 1 to `window`. Default: true. */
  shrinkWindow?: boolean;
  /** Rarer words get no vectors, and are left out before windows are cut. Default: 5. */
  minCount?: number;
  /** Negative words for each pair. Default: 5. */
  negative?: number;
  /** The power of the counts with which negative words are drawn. Default: 0.75. */
  nsExponent?: number;
  /** The relative frequency from which on words are left out at random (`keepProbabilities`); 0: none is. Default: 1e-3. */
  sample?: number;
  /** How often the corpus is read. Default: 5. */
  epochs?: number;
  /** The learning rate at the beginning, gensim's `alpha`; it falls linearly. Default: 0.025. */
  learningRate?: number;
  /** The learning rate at the end, gensim's `min_alpha`. Default: 1e-4, or `learningRate` if that is lower. */
  minLearningRate?: number;
  /** Fixes the first vectors and all draws. Default: 0. */
  seed?: number;
  /** Called about once a second, and at the end of each epoch. Default: nothing is told. */
  onProgress?: (progress: WordVectorsProgress) => void;
  /** Ends the training early; the vectors so far are returned, and `stopped` says why. */
  signal?: AbortSignal;
}

export type WordVectorsSettings = Required<Omit<TrainWordVectorsOptions, "signal" | "onProgress">>;

const DEFAULTS: WordVectorsSettings = {
  model: "skip-gram",
  vectorSize: 100,
  window: 5,
  shrinkWindow: true,
  minCount: 5,
  negative: 5,
  nsExponent: 0.75,
  sample: 1e-3,
  epochs: 5,
  learningRate: 0.025,
  minLearningRate: 1e-4,
  seed: 0,
};

/** The options with their defaults. @throws ArgumentError */
export function wordVectorsSettings(where: string, options: TrainWordVectorsOptions): WordVectorsSettings {
  checkOptions(where, options, [...Object.keys(DEFAULTS), "onProgress", "signal"]);
  const minLearningRate = Math.min(DEFAULTS.minLearningRate, options.learningRate ?? DEFAULTS.learningRate);
  const settings = { ...DEFAULTS, minLearningRate, ...options };
  checkOneOf(where, "model", settings.model, ["skip-gram", "cbow"]);
  for (const name of ["vectorSize", "window", "minCount", "negative", "epochs"] as const) {
    checkCount(where, name, settings[name]);
  }
  checkOneOf(where, "shrinkWindow", settings.shrinkWindow, [true, false]);
  checkNumber(where, "nsExponent", settings.nsExponent);
  for (const name of ["sample", "learningRate", "minLearningRate"] as const)
    checkNumber(where, name, settings[name], 0);
  if (settings.minLearningRate > settings.learningRate) {
    const expected = `a number from 0 to learningRate, ${settings.learningRate}`;
    throw new ArgumentError(where, "minLearningRate", expected, describe(settings.minLearningRate));
  }
  checkCount(where, "seed", settings.seed, Number.MIN_SAFE_INTEGER);
  if (options.onProgress !== undefined) checkFunction(where, "onProgress", options.onProgress);
  return settings;
}
