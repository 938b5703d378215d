import { checkOptions } from "../check-options";
import { checkWhole } from "../errors";
import { cosinesOf, normalised, unitOf, type WordOrVector } from "./cosine";
import { rowOf, type WordVectors } from "./word-vectors";

/** A word, and the cosine of its vector with the one that was asked about. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

export interface NeighboursOptions {
  /** How many words. Default: 10. */
  count?: number;
}

/**
 * The words whose vectors have the largest cosine with a word's vector, or with a given vector: the nearest first. The word
 * itself is left out. (gensim's `most_similar`.) The cosine with a vector of zeros is 0; of equal cosines the earlier word
 * comes first.
 *
 * @example
 *   const table = numericArray(Float32Array.of(1, 0, 0.8, 0.6, 0, 1), [3, 2]);
 *   const vectors = { words: ["king", "queen", "pear"], vectors: table };
 *   const [nearest] = mostSimilar(vectors, "king", { count: 1 }); // { word: "queen", similarity: 0.8 }
 *
 * @returns `count` words, or fewer where there are not so many
 * @throws DataError when the word is unknown, a vector is not finite, or the given one is all zeros or of another length
 */
export function mostSimilar(
  vectors: WordVectors,
  wordOrVector: WordOrVector,
  options: NeighboursOptions = {},
): Neighbour[] {
  const where = "mostSimilar";
  const direction = unitOf(where, "word", vectors, wordOrVector);
  const given = typeof wordOrVector === "string" ? [rowOf(where, "word", vectors, wordOrVector)] : [];
  return nearest(where, vectors, direction, given, options);
}

/**
 * Answers "a is to b as c is to …": the words nearest to b − a + c, where each of the three is first scaled to length 1
 * (3CosAdd: Mikolov et al. 2013, arXiv:1301.3781). The three given words are left out, as gensim does.
 *
 * @example
 *   const table = numericArray(Float32Array.of(1, 0, 1, 1, 0.1, 0, 0.1, 1), [4, 2]);
 *   const vectors = { words: ["man", "king", "woman", "queen"], vectors: table };
 *   const [answer] = analogy(vectors, "man", "king", "woman"); // answer.word is "queen"
 *
 * @throws DataError when a word is unknown, or a vector is all zeros or not finite
 */
export function analogy(
  vectors: WordVectors,
  a: string,
  b: string,
  c: string,
  options: NeighboursOptions = {},
): Neighbour[] {
  const where = "analogy";
  const given = Object.entries({ a, b, c }).map(([field, word]) => rowOf(where, field, vectors, word));
  const [x, y, z] = [unitOf(where, "a", vectors, a), unitOf(where, "b", vectors, b), unitOf(where, "c", vectors, c)];
  const sum = y.map((value, i) => value - (x[i] as number) + (z[i] as number));
  return nearest(where, vectors, normalised(where, "b − a + c", sum), given, options);
}

/** The words nearest to a direction of length 1, but for those in the rows `without`. */
function nearest(
  where: string,
  vectors: WordVectors,
  direction: Float64Array,
  without: readonly number[],
  options: NeighboursOptions,
): Neighbour[] {
  checkOptions(where, options, ["count"]);
  const { count = 10 } = options;
  checkWhole(where, "count", count, 1);
  const [cosines] = cosinesOf(where, vectors, [direction]) as [Float64Array];
  for (const row of without) cosines[row] = Number.NaN;
  return largest(cosines, count).map((row) => ({
    word: vectors.words[row] as string,
    similarity: cosines[row] as number,
  }));
}

/** The places of the largest values, the largest first; of equal values the earlier place first. NaN is left out. */
function largest(values: Float64Array, count: number): number[] {
  const kept: number[] = [];
  for (const [place, value] of values.entries()) {
    if (Number.isNaN(value) || (kept.length === count && value <= (values[kept.at(-1) as number] as number))) continue;
    let at = kept.length;
    while (at > 0 && (values[kept[at - 1] as number] as number) < value) at--;
    kept.splice(at, 0, place);
    if (kept.length > count) kept.pop();
  }
  return kept;
}
