import { type NumericArray, numericArray, type WordVectors } from "../../data";
import { Embedding, randomUniform, zerosInitializer } from "../../rnn";
import { corpusIds } from "./corpus-ids";
import { type TrainWordVectorsOptions, wordVectorsSettings } from "./options";
import { runEpochs } from "./run-epochs";
import { countWords, type WordCorpus } from "./vocabulary";
import { openTraining } from "./word-training";

/** What `trainWordVectors` returns: words in order of falling count, with their vectors. */
export interface TrainedWordVectors extends WordVectors {
  /** How often each word occurs in the corpus. */
  readonly counts: readonly number[];
  /** The vectors of the words as outputs, word2vec's second matrix: `[words, vectorSize]`. */
  readonly contextVectors: NumericArray<Float32Array, 2>;
  /** The loss for each word of the corpus that was not left out, over all pairs of the word, one number for each epoch. */
  readonly losses: readonly number[];
  /** Words of the corpus, rare and left-out ones among them, that were read in a second of training, as gensim counts. */
  readonly wordsPerSecond: number;
  /** Why the training ended early: "aborted" by the signal, "interrupted" by Ctrl-C. Absent: it did not. */
  readonly stopped?: string;
}

/**
 * Trains vectors of words by negative sampling (Mikolov et al. 2013, arXiv:1310.4546): gensim's `Word2Vec` in one call.
 *
 * A step trains on a block of segments of text. The windows of a segment share their negative words (Ji et al. 2016,
 * arXiv:1604.04661), so that all its products are one matrix product; and the gradients of a block are added up, with a
 * lower learning rate for the words that are so frequent that the sum would move them too far. word2vec draws negatives
 * for each pair and moves the vectors after each; the vectors reach about the same quality. The same seed gives the same
 * vectors, with the same number of cores.
 *
 * @example
 *   const corpus = ["the king rules the land", "the queen rules the land"]; // sentences: texts, or lists of words
 *   const options = { vectorSize: 16, minCount: 2, sample: 0, seed: 42 }; // sample: 0, as a small text has no word to spare
 *   const vectors = await trainWordVectors(corpus, options);
 *   console.log(vectors.words, similarity(vectors, "rules", "land"), vectors.wordsPerSecond);
 *
 * @param corpus sentences, read once to count the words and once in each epoch; a sentence longer than 10,000 words is cut
 * @throws ArgumentError when an option is wrong, something in the corpus is no sentence, fewer than two words occur
 *   `minCount` times, no word has a context, a second reading finds other words, or
 *   the vectors diverge
 */
export async function trainWordVectors(
  corpus: WordCorpus,
  options: TrainWordVectorsOptions = {},
): Promise<TrainedWordVectors> {
  const where = "trainWordVectors";
  const settings = wordVectorsSettings(where, options);
  const vocabulary = countWords(where, corpus, settings.minCount);
  const { vectorSize, seed } = settings;
  const sizes = { vocabularySize: vocabulary.words.length, embeddingSize: vectorSize };
  const vectors = new Embedding({ ...sizes, initializer: randomUniform(-0.5 / vectorSize, 0.5 / vectorSize), seed });
  const contexts = new Embedding({ ...sizes, initializer: zerosInitializer });
  const training = openTraining(vocabulary, settings, { vectors, contexts });
  try {
    const { words, counts, corpusWords } = vocabulary;
    const given = { settings, training, corpusWords, listeners: options };
    const result = await runEpochs(corpusIds(where, corpus, vocabulary), given);
    const arrayOf = ({ embeddings }: Embedding) =>
      numericArray(embeddings.dataSync().slice() as Float32Array, [sizes.vocabularySize, vectorSize]);
    return { words, counts, vectors: arrayOf(vectors), contextVectors: arrayOf(contexts), ...result };
  } finally {
    training.step.dispose();
    vectors.dispose();
    contexts.dispose();
  }
}
