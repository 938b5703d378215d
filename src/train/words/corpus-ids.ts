import { ArgumentError } from "../../rnn";
import { sentencesOf, type WordCorpus, type WordVocabulary } from "./vocabulary";

/** Up to so many words (256 MB) the ids of a corpus stay in memory; a larger corpus is read anew in each epoch. */
const MOST_IN_MEMORY = 2 ** 26;

/** One sentence: the ids of its words that have vectors, and the number of its words with those that have none. */
export interface IdSentence {
  readonly ids: Int32Array;
  readonly words: number;
}

/** The sentences of a corpus as ids, once for each call. @param mostInMemory words up to which the ids are kept */
export function corpusIds(
  where: string,
  corpus: WordCorpus,
  { words, corpusWords }: WordVocabulary,
  mostInMemory = MOST_IN_MEMORY,
): () => Iterable<IdSentence> {
  const idOf = new Map(words.map((word, id) => [word, id]));
  const read = function* (): Generator<IdSentence> {
    let seen = 0;
    for (const sentence of sentencesOf(where, corpus)) {
      seen += sentence.length;
      yield { ids: idsOf(sentence, idOf), words: sentence.length };
    }
    if (seen === corpusWords) return;
    const expected = `the same ${corpusWords} words each time it is read (a generator is read only once)`;
    throw new ArgumentError(where, "corpus", expected, `${seen} words`);
  };
  if (corpusWords > mostInMemory) return read;
  let known: readonly IdSentence[] | undefined;
  return () => {
    known ??= [...read()];
    return known;
  };
}

function idsOf(sentence: readonly string[], idOf: ReadonlyMap<string, number>): Int32Array {
  const ids = new Int32Array(sentence.length);
  let length = 0;
  for (const word of sentence) {
    const id = idOf.get(word);
    if (id !== undefined) ids[length++] = id;
  }
  return ids.slice(0, length);
}
