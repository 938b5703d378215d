import type { NumericArray } from "../../array";
import { DataError } from "../../errors";
import type { Random } from "../../random";

/** Ids of tokens in their order: `tokenizer.encode(text)`, a typed array, or a list. No pair crosses its ends. */
export type TokenSentence = NumericArray<Int32Array, 1> | Int32Array | readonly number[];

/** One sentence, or a stream of them; each epoch iterates over the stream once more. */
export type TokenSentences = TokenSentence | Iterable<TokenSentence>;

/** word2vec's subsampling of frequent words. */
export interface Subsampling {
  /** How often each id occurs in the corpus: `counts()` of `wordTokenizer`. */
  counts: ArrayLike<number>;
  /** The relative frequency from which on words are left out. Default: 1e-3, as in word2vec. */
  sample?: number;
}

/** What an epoch read. */
export interface CorpusCounts {
  /** The tokens of the corpus. */
  words: number;
  /** Those that were left after `drop` and subsampling. */
  kept: number;
}

const isSentence = (given: unknown): given is TokenSentence =>
  given instanceof Int32Array ||
  ((given as { data?: unknown })?.data instanceof Int32Array && (given as { shape?: unknown[] }).shape?.length === 1) ||
  (Array.isArray(given) && (given.length === 0 || typeof given[0] === "number"));

/** @throws DataError when it is neither a sentence nor a stream of sentences */
export function checkSentences(where: string, sentences: TokenSentences): void {
  const isIterable = typeof (sentences as Iterable<unknown> | null)?.[Symbol.iterator] === "function";
  if (isSentence(sentences) || (isIterable && typeof sentences !== "string")) return;
  throw new DataError(where, "sentences", "ids of tokens, or an iterable of such lists", String(sentences));
}

/** The ids of each sentence. @throws DataError for something else among them */
export function* idsOfSentences(where: string, sentences: TokenSentences): Generator<ArrayLike<number>> {
  let number = 0;
  for (const sentence of isSentence(sentences) ? [sentences] : sentences) {
    if (!isSentence(sentence)) {
      throw new DataError(where, `sentences[${number}]`, "ids of tokens", `${typeof sentence} ${String(sentence)}`);
    }
    yield "data" in sentence ? sentence.data : sentence;
    number++;
  }
}

/**
 * The probability with which word2vec keeps each word: with f the count of the word and t = sample · (sum of all counts),
 * √(t/f) + t/f, at most 1. This is the formula of the C program, which gensim uses too; the paper (Mikolov et al. 2013,
 * arXiv:1310.4546) has √(t/f) alone.
 *
 * @example
 *   const kept = keepProbabilities([5000, 80, 3], 1e-3); // 0.03…, 0.31…, 1
 *
 * @param counts how often each word occurs
 * @param sample the relative frequency t/Σ from which on words are left out. Default: 1e-3
 * @throws DataError when a count is negative or not finite, or `sample` is not above 0
 */
export function keepProbabilities(counts: ArrayLike<number>, sample = 1e-3): Float64Array {
  if (!(sample > 0 && sample < Number.POSITIVE_INFINITY)) {
    throw new DataError("keepProbabilities", "sample", "a number above 0", String(sample));
  }
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) {
      throw new DataError("keepProbabilities", `counts[${i}]`, "a number of at least 0", String(count));
    }
    total += count;
  }
  const threshold = sample * total;
  return Float64Array.from(counts, (count) =>
    count === 0 ? 1 : Math.min(1, Math.sqrt(threshold / count) + threshold / count),
  );
}

export interface KeepOptions {
  readonly drop: ReadonlySet<number>;
  readonly keep: Float64Array | undefined;
}

/**
 * The tokens of each sentence that are kept. The array that it gives is overwritten by the next sentence.
 *
 * @param read counts what was read
 * @throws DataError for an id that is not a whole number from 0 up, or that subsampling has no count of
 */
export function* keptTokens(
  where: string,
  sentences: TokenSentences,
  { drop, keep }: KeepOptions,
  { random, read }: { random: Random; read: CorpusCounts },
): Generator<Int32Array> {
  const limit = keep?.length ?? 2 ** 31;
  let buffer = new Int32Array(1024);
  let number = 0;
  for (const ids of idsOfSentences(where, sentences)) {
    if (buffer.length < ids.length) buffer = new Int32Array(2 * ids.length);
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (!(Number.isInteger(id) && id >= 0 && id < limit)) {
        throw new DataError(where, `sentences[${number}][${i}]`, `an id from 0 to ${limit - 1}`, String(id));
      }
      if (drop.size > 0 && drop.has(id)) continue;
      if (keep !== undefined && (keep[id] as number) < 1 && random.uniform() >= (keep[id] as number)) continue;
      buffer[length++] = id;
    }
    read.words += ids.length;
    read.kept += length;
    number++;
    yield buffer.subarray(0, length);
  }
}
