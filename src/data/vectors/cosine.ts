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
 * The cosine of each of the words' vectors from row `begin` up to, not including, `end`, with directions of length 1.
 *
 * @returns the cosines by direction
 * @throws DataError when a vector has a number that is not finite
 */
export function cosinesOf(
  where: string,
  vectors: WordVectors,
  directions: readonly Float64Array[],
  begin = 0,
  end = vectors.words.length,
): Float64Array[] {
  const lengths = Float64Array.from({ length: end - begin }, (_, i) => finiteLength(where, vectors, begin + i));
  return directions.map((direction) => {
    const cosines = productsWith(direction, vectors, begin, end);
    lengths.forEach((length, i) => {
      cosines[i] = length === 0 ? 0 : (cosines[i] as number) / length;
    });
    return cosines;
  });
}

function productsWith(direction: Float64Array, { vectors }: WordVectors, begin: number, end: number): Float64Array {
  const { data } = vectors;
  const products = new Float64Array(end - begin);
  for (let row = begin, at = begin * direction.length; row < end; row++) {
    let product = 0;
    for (let i = 0; i < direction.length; i++, at++) product += (data[at] as number) * (direction[i] as number);
    products[row - begin] = product;
  }
  return products;
}

function finiteLength(where: string, vectors: WordVectors, row: number): number {
  const length = lengthOf(rowAt(vectors, row));
  if (Number.isFinite(length)) return length;
  throw new DataError(where, `vector of ${JSON.stringify(vectors.words[row])}`, "finite numbers", "one that is not");
}
