import { ArgumentError } from "../../rnn";
import { describe } from "../checks";

/**
 * Sentences, each a list of words, or a text that is cut at white space. It is read once more in each epoch, so it is a
 * list, or an object whose `[Symbol.iterator]` begins anew; a generator that was started is read only once.
 */
export type WordCorpus = Iterable<string | readonly string[]>;

/** The words that get vectors, in order of falling count, and how often each occurs. */
export interface WordVocabulary {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  /** The words of the corpus, those that are too rare among them. */
  readonly corpusWords: number;
}

/** The words of each sentence. @throws ArgumentError for something else among the sentences */
export function* sentencesOf(where: string, corpus: WordCorpus): Generator<readonly string[]> {
  const isIterable = typeof (corpus as Iterable<unknown> | null)?.[Symbol.iterator] === "function";
  if (!isIterable || typeof corpus === "string") {
    const actual = typeof corpus === "string" ? "one text" : describe(corpus);
    throw new ArgumentError(where, "corpus", "a list of sentences, each a text or a list of words", actual);
  }
  let number = 0;
  for (const sentence of corpus) {
    const words = typeof sentence === "string" ? (sentence.match(/\S+/g) ?? []) : sentence;
    if (!Array.isArray(words)) {
      throw new ArgumentError(where, `corpus[${number}]`, "a text or a list of words", describe(sentence));
    }
    const wrong = words.findIndex((word) => typeof word !== "string");
    if (wrong >= 0) throw new ArgumentError(where, `corpus[${number}][${wrong}]`, "a word", describe(words[wrong]));
    yield words;
    number++;
  }
}

/** Counts the words of a corpus. @throws ArgumentError when fewer than two words are frequent enough */
export function countWords(where: string, corpus: WordCorpus, minCount: number): WordVocabulary {
  const counted = new Map<string, { count: number }>();
  let corpusWords = 0;
  for (const sentence of sentencesOf(where, corpus)) {
    corpusWords += sentence.length;
    for (const word of sentence) {
      const known = counted.get(word);
      if (known) known.count++;
      else counted.set(word, { count: 1 });
    }
  }
  const frequent = [...counted].filter(([, { count }]) => count >= minCount);
  if (frequent.length < 2) {
    const actual = `${frequent.length} of ${counted.size} different words, ${corpusWords} in all`;
    throw new ArgumentError(where, "corpus", `at least 2 words that occur ${minCount} times (minCount)`, actual);
  }
  frequent.sort(([, a], [, b]) => b.count - a.count); // a stable sort: ties stay in order of first occurrence
  return {
    words: frequent.map(([word]) => word),
    counts: frequent.map(([, { count }]) => count),
    corpusWords,
  };
}
