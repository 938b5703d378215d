import { DataError } from "../errors";
import { checkVectors, rowAt, rowOf, type WordVectors } from "./word-vectors";

/** A word of the vectors, or a vector with as many dimensions. */
export type WordOrVector = string | ArrayLike<number>;

/**
 * The cosine of the angle between two vectors: 1 for the same direction, 0 for a right angle, −1 for opposite directions.
 *
 * @example
 *   const vectors = { words: ["king", "queen"], vectors: numericArray(Float32Array.of(1, 0, 0.8, 0.6), [2, 2]) };
 *   const cosine = similarity(vectors, "king", "queen"); // 0.8
 *
 * @param a a word, or a vector of as many dimensions
 * @throws DataError when a word is unknown, or a vector is all zeros, not finite, or of another length
 */
export function similarity(vectors: WordVectors, a: WordOrVector, b: WordOrVector): number {
  const [x, y] = [unitOf("similarity", "a", vectors, a), unitOf("similarity", "b", vectors, b)];
  return x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
}

/** The vector of length 1 in the direction of a word's vector, or of a given vector. @throws DataError as `similarity` */
export function unitOf(where: string, field: string, vectors: WordVectors, given: WordOrVector): Float64Array {
  const size = checkVectors(where, vectors);
  const isWord = typeof given === "string";
  const values = isWord ? rowAt(vectors, rowOf(where, field, vectors, given)) : given;
  if (typeof values?.length !== "number" || values.length !== size) {
    const actual = typeof values?.length === "number" ? `${values.length} numbers` : String(given);
    throw new DataError(where, field, `a word, or a vector of ${size} numbers`, actual);
  }
  return normalised(where, isWord ? `vector of ${JSON.stringify(given)}` : field, values);
}

/** The vector divided by its length. @throws DataError when the vector has no direction */
export function normalised(where: string, field: string, values: ArrayLike<number>): Float64Array {
  const length = lengthOf(values);
  if (length > 0 && Number.isFinite(length)) return Float64Array.from(values, (value) => value / length);
  const actual = length === 0 ? "zeros alone" : "a number that is not finite";
  throw new DataError(where, field, "a vector with a direction: finite numbers, not all of them 0", actual);
}

/** The length of a vector (its Euclidean norm). */
function lengthOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return Math.sqrt(sum);
}

/**
 * The cosine of each of the words' vectors from row `begin` up to, not including, `end`, with a direction of length 1.
 *
 * @throws DataError when a vector has a number that is not finite
 */
export function cosinesOf(
  where: string,
  vectors: WordVectors,
  direction: Float64Array,
  begin = 0,
  end = vectors.words.length,
): Float64Array {
  const { data } = vectors.vectors;
  const size = direction.length;
  const cosines = new Float64Array(end - begin);
  for (let row = begin, at = begin * size; row < end; row++) {
    let product = 0;
    let squares = 0;
    for (let i = 0; i < size; i++, at++) {
      const value = data[at] as number;
      product += value * (direction[i] as number);
      squares += value * value;
    }
    if (!Number.isFinite(squares)) {
      throw new DataError(
        where,
        `vector of ${JSON.stringify(vectors.words[row])}`,
        "finite numbers",
        "one that is not",
      );
    }
    cosines[row - begin] = squares === 0 ? 0 : product / Math.sqrt(squares);
  }
  return cosines;
}
