import { numericArray } from "../array";
import { checkBoolean, checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { ByteReader } from "../files/byte-reader";
import { saveFile } from "../files/save-file";
import { checkVectors, rowsOf, type WordVectors } from "./word-vectors";
import { binaryChunks, readBinary } from "./word2vec-binary";
import { headerOf, type Table } from "./word2vec-header";
import { readText, textChunks } from "./word2vec-text";

export interface Word2VecFormatOptions {
  /** The binary form, float32 numbers of four bytes, instead of decimal numbers. Default: false. */
  binary?: boolean;
}

export interface LoadWord2VecFormatOptions extends Word2VecFormatOptions {
  /** Reads the first words only, at most this number; the rest of the file is not looked at. Default: all words. */
  limit?: number;
}

/**
 * Reads word vectors from a file of word2vec's text or binary form (Mikolov's C program, gensim's `save_word2vec_format`):
 * a line with the number of words and of dimensions, then each word, a space, and its numbers. The file is read chunk by
 * chunk, so that the vectors themselves are all the memory it needs.
 *
 * @example
 *   const vectors = await loadWord2VecFormat("vectors.txt");
 *   const [nearest] = mostSimilar(vectors, "king");
 *
 * @throws DataError naming the line or the word when the file cannot be read, has no such first line (GloVe's files have
 *   none), ends before its last word or goes on after it, has a word twice or an empty one, bytes that are not UTF-8, or a
 *   number that is not finite
 */
export async function loadWord2VecFormat(path: string, options: LoadWord2VecFormatOptions = {}): Promise<WordVectors> {
  checkOptions("loadWord2VecFormat", options, ["binary", "limit"]);
  const { binary = false, limit = Number.MAX_SAFE_INTEGER } = options;
  checkBoolean("loadWord2VecFormat", "binary", binary);
  checkWhole("loadWord2VecFormat", "limit", limit, 1);
  const reader = await ByteReader.open(path);
  try {
    const { count, size } = await headerOf(reader, binary);
    const read = Math.min(count, limit);
    const table: Table = { words: [], data: new Float32Array(read * size), size, count: read, isAll: read === count };
    await (binary ? readBinary(reader, table) : readText(reader, table));
    const vectors = { words: table.words, vectors: numericArray(table.data, [read, size]) };
    rowsOf(path, vectors);
    return vectors;
  } finally {
    await reader.close();
  }
}

/**
 * Writes word vectors as word2vec's text or binary form, which gensim (`load_word2vec_format`) and many other programs
 * read. Every number reads back as the same float32. The file is there whole or not at all, and replaces an older one.
 *
 * @example
 *   const vectors = { words: ["king", "queen"], vectors: numericArray(Float32Array.of(1, 0, 0.8, 0.6), [2, 2]) };
 *   await saveWord2VecFormat("vectors.txt", vectors);
 *
 * @throws DataError when there are no words, a word is there twice, is empty, has a blank or half of a surrogate pair, a
 *   number is not finite, or the file cannot be written
 */
export async function saveWord2VecFormat(
  path: string,
  vectors: WordVectors,
  options: Word2VecFormatOptions = {},
): Promise<void> {
  checkOptions("saveWord2VecFormat", options, ["binary"]);
  const { binary = false } = options;
  checkBoolean("saveWord2VecFormat", "binary", binary);
  checkCanBeWritten(vectors);
  await saveFile("saveWord2VecFormat", path, binary ? binaryChunks(vectors) : textChunks(vectors));
}

/** Blanks at which programs that read the format cut words. */
const BLANK = /[\t\n\v\f\r ]/;
const HALF_PAIR = /\p{Surrogate}/u;

function checkCanBeWritten(vectors: WordVectors): void {
  const where = "saveWord2VecFormat";
  const size = checkVectors(where, vectors);
  rowsOf(where, vectors);
  checkWhole(where, "words", vectors.words.length, 1);
  checkWhole(where, "dimensions", size, 1);
  for (const [i, word] of vectors.words.entries()) {
    if (word !== "" && !BLANK.test(word) && !HALF_PAIR.test(word)) continue;
    throw new DataError(where, `word ${i}`, "a word without blanks, of whole characters", JSON.stringify(word));
  }
  const bad = vectors.vectors.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const word = JSON.stringify(vectors.words[Math.floor(bad / size)]);
  throw new DataError(where, `vector of ${word}`, "finite numbers", String(vectors.vectors.data[bad]));
}
