import type { NumericArray } from "../array";
import { DataError } from "../errors";

/**
 * Words and their vectors: row i of `vectors`, `[words, dimensions]`, belongs to `words[i]`. Words differ from each
 * other. `loadWord2VecFormat` reads such vectors, and anything with these two fields is one.
 *
 * @example
 *   const vectors: WordVectors = {
 *     words: ["king", "queen"], vectors: numericArray(Float32Array.of(1, 0, 0.8, 0.6), [2, 2]),
 *   };
 */
export interface WordVectors {
  readonly words: readonly string[];
  readonly vectors: NumericArray<Float32Array, 2>;
}

/** The rows by word, made once for each list of words. */
const exact = new WeakMap<readonly string[], ReadonlyMap<string, number>>();
const folded = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/**
 * Checks the form of word vectors. @returns their number of dimensions
 *
 * @throws DataError when vectors are missing, or their number is not that of the words
 */
export function checkVectors(where: string, { words, vectors }: WordVectors): number {
  const [rows, size] = vectors?.shape ?? [];
  const isMatrix = vectors?.shape?.length === 2 && vectors.data instanceof Float32Array;
  if (!(Array.isArray(words) && isMatrix && rows !== undefined && size !== undefined)) {
    throw new DataError(where, "vectors", "{ words, vectors }: a list of words and a float32 matrix", "something else");
  }
  if (rows !== words.length || vectors.data.length !== rows * size) {
    const actual = `[${vectors.shape.join(", ")}] of ${vectors.data.length} numbers`;
    throw new DataError(where, "vectors", `a matrix with a row for each of the ${words.length} words`, actual);
  }
  return size;
}

/** The row of each word. @throws DataError as `checkVectors`, and when a word is there twice */
export function rowsOf(where: string, vectors: WordVectors): ReadonlyMap<string, number> {
  checkVectors(where, vectors);
  const { words } = vectors;
  const known = exact.get(words);
  if (known !== undefined) return known;
  const rows = new Map<string, number>();
  for (const [row, word] of words.entries()) {
    const first = rows.get(word);
    if (first !== undefined) {
      throw new DataError(where, `word ${row}`, "words that differ", `${JSON.stringify(word)}, as word ${first}`);
    }
    rows.set(word, row);
  }
  exact.set(words, rows);
  return rows;
}

/**
 * The row of each word in capital letters. Of words that differ in case alone the first counts; where words are sorted by
 * falling count, that is the most frequent one.
 */
export function foldedRowsOf(where: string, vectors: WordVectors): ReadonlyMap<string, number> {
  rowsOf(where, vectors);
  const { words } = vectors;
  const known = folded.get(words);
  if (known !== undefined) return known;
  const rows = new Map<string, number>();
  for (const [row, word] of words.entries()) if (!rows.has(word.toUpperCase())) rows.set(word.toUpperCase(), row);
  folded.set(words, rows);
  return rows;
}

/** The row of a word. @throws DataError when there is no such word */
export function rowOf(where: string, field: string, vectors: WordVectors, word: string): number {
  const row = rowsOf(where, vectors).get(word);
  if (row !== undefined) return row;
  throw new DataError(where, field, `one of the ${vectors.words.length} words`, JSON.stringify(word) ?? String(word));
}

/** The numbers of one row; they share the memory of all vectors. */
export function rowAt({ vectors: { data, shape } }: WordVectors, row: number): Float32Array {
  return data.subarray(row * shape[1], (row + 1) * shape[1]);
}

/**
 * The vector of a word. It shares the memory of all vectors.
 *
 * @example
 *   const vectors = { words: ["king", "queen"], vectors: numericArray(Float32Array.of(1, 0, 0.8, 0.6), [2, 2]) };
 *   const queen = wordVector(vectors, "queen"); // 0.8, 0.6
 *
 * @throws DataError naming the word when there is none such
 */
export function wordVector(vectors: WordVectors, word: string): Float32Array {
  return rowAt(vectors, rowOf("wordVector", "word", vectors, word));
}
