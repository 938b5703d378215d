import { ignoresCase, type WordListOptions } from "./analogy-accuracy";
import { similarity } from "./cosine";
import { spearmanCorrelation } from "./spearman";
import { foldedRowsOf, rowsOf, type WordVectors } from "./word-vectors";

/** Two words, and how similar people find them. */
export interface WordPair {
  readonly first: string;
  readonly second: string;
  readonly score: number;
}

export interface WordSimilarityScore {
  /** Spearman's correlation of people's scores with the cosines; NaN for fewer than two pairs. */
  readonly correlation: number;
  /** The pairs whose two words have vectors. */
  readonly used: number;
  /** The other pairs. */
  readonly skipped: number;
}

/**
 * How well the cosines of word vectors follow people's judgement of word pairs, such as WordSim-353's: Spearman's
 * correlation (gensim's `evaluate_word_pairs`). Pairs with a word that has no vector are skipped and counted.
 *
 * @example
 *   const table = numericArray(Float32Array.of(1, 0, 0.8, 0.6, 0, 1), [3, 2]);
 *   const vectors = { words: ["king", "queen", "pear"], vectors: table };
 *   const pairs = [{ first: "king", second: "queen", score: 8.6 }, { first: "king", second: "pear", score: 0.9 }];
 *   const { correlation, used, skipped } = wordSimilarityScore(vectors, pairs); // 1, 2 pairs, none skipped
 *
 * @throws DataError when a score is NaN, or the vector of a word that is asked about is all zeros or not finite
 */
export function wordSimilarityScore(
  vectors: WordVectors,
  pairs: Iterable<WordPair>,
  options: WordListOptions = {},
): WordSimilarityScore {
  const caseInsensitive = ignoresCase("wordSimilarityScore", options);
  const rows = (caseInsensitive ? foldedRowsOf : rowsOf)("wordSimilarityScore", vectors);
  const known = (word: string) => vectors.words[rows.get(caseInsensitive ? word.toUpperCase() : word) ?? -1];
  let skipped = 0;
  const [scores, cosines]: [number[], number[]] = [[], []];
  for (const { first, second, score } of pairs) {
    const [a, b] = [known(first), known(second)];
    if (a === undefined || b === undefined) skipped++;
    else {
      scores.push(score);
      cosines.push(similarity(vectors, a, b));
    }
  }
  return { correlation: spearmanCorrelation(scores, cosines), used: scores.length, skipped };
}
