import { DataError } from "../errors";
import type { ByteReader } from "../files/byte-reader";
import { float32Text } from "./float32-text";
import { rowAt, type WordVectors } from "./word-vectors";
import { LINE_FEED, LONGEST_WORD, type Table, wordOf } from "./word2vec-header";

/** More characters than any number of the format has. */
const LONGEST_NUMBER = 64;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SPACE = 32;

/** Fills a table from the lines of the text form. @throws DataError naming the line */
export async function readText(reader: ByteReader, { words, data, size, count, isAll }: Table): Promise<void> {
  const { path } = reader;
  const most = LONGEST_WORD + size * LONGEST_NUMBER;
  for (let row = 0; row < count; row++) {
    const field = `line ${row + 2}`;
    const line = (await reader.until(LINE_FEED, most)) ?? (await reader.take(most));
    if (line.length === 0) throw new DataError(path, field, `a line for each of ${count} words`, "the end of the file");
    const space = line.indexOf(SPACE);
    const numbers = space < 0 ? [] : line.toString("latin1", space).trim().split(" ");
    if (numbers.length !== size) {
      throw new DataError(path, field, `a word without blanks and ${size} numbers`, `${numbers.length} numbers`);
    }
    words.push(wordOf(line.subarray(0, space), path, field));
    for (const [i, text] of numbers.entries()) {
      const value = Math.fround(NUMBER.test(text) ? Number(text) : Number.NaN);
      if (!Number.isFinite(value)) {
        throw new DataError(path, `${field}, number ${i + 1}`, "a finite float32", JSON.stringify(text.slice(0, 40)));
      }
      data[row * size + i] = value;
    }
  }
  if (isAll) await checkOver(reader, count);
}

/** Refuses a file that goes on, but for an empty line. @throws DataError */
async function checkOver(reader: ByteReader, count: number): Promise<void> {
  const rest = (await reader.take(LONGEST_NUMBER)).toString("latin1");
  if (rest.trim() === "") return;
  const expected = `the end of the file, after the ${count} words of line 1`;
  throw new DataError(reader.path, `line ${count + 2}`, expected, JSON.stringify(rest.slice(0, 40)));
}

/** The bytes of the text form: a line a word. */
export function* textChunks(vectors: WordVectors): Generator<Uint8Array> {
  const { words } = vectors;
  const [count, size] = vectors.vectors.shape;
  const encoder = new TextEncoder();
  let text = `${count} ${size}\n`;
  for (const [row, word] of words.entries()) {
    text += `${word} ${Array.from(rowAt(vectors, row), float32Text).join(" ")}\n`;
    if (text.length < 2 ** 20 && row < count - 1) continue;
    yield encoder.encode(text);
    text = "";
  }
}
