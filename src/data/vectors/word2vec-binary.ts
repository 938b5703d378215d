import { DataError } from "../errors";
import type { ByteReader } from "../files/byte-reader";
import { rowAt, type WordVectors } from "./word-vectors";
import { LINE_FEED, LONGEST_WORD, type Table, wordOf } from "./word2vec-header";

const SPACE = 32;

/** Fills a table from the binary form. @throws DataError naming the word by its number */
export async function readBinary(reader: ByteReader, { words, data, size, count, isAll }: Table): Promise<void> {
  const { path } = reader;
  for (let row = 0; row < count; row++) {
    const before = await reader.until(SPACE, LONGEST_WORD);
    if (before === undefined) throw new DataError(path, `word ${row}`, `${count} words`, "the end of the file");
    const field = `word ${row}`;
    const word = wordOf(before.subarray(lineFeeds(before)), path, field);
    words.push(word);
    const bytes = await reader.take(4 * size);
    if (bytes.length < 4 * size) {
      throw new DataError(
        path,
        `vector of ${JSON.stringify(word)}`,
        `${4 * size} bytes`,
        `${bytes.length}, then the end`,
      );
    }
    if (row === 0) checkNoText(bytes, size, path);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < size; i++) {
      const value = view.getFloat32(4 * i, true);
      if (!Number.isFinite(value)) {
        throw new DataError(path, `vector of ${JSON.stringify(word)}`, "finite numbers", String(value));
      }
      data[row * size + i] = value;
    }
  }
  if (!isAll) return;
  const rest = await reader.take(2);
  if (lineFeeds(rest) === rest.length) return;
  throw new DataError(path, "size", `the end of the file after the ${count} words of line 1`, "more bytes");
}

/** The number of line feeds before a word: the C program writes one after each vector, gensim none. */
function lineFeeds(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== LINE_FEED);
  return first < 0 ? bytes.length : first;
}

/** Refuses the text form, whose digits would be read as numbers of four bytes each. @throws DataError */
function checkNoText(bytes: Buffer, size: number, path: string): void {
  if (size < 4 || !/^[\d.eE+\- \n]+$/.test(bytes.toString("latin1"))) return;
  throw new DataError(
    path,
    "vector 0",
    "bytes of float32 numbers",
    "decimal numbers: read the file without { binary: true }",
  );
}

/** The bytes of the binary form: each word, a space, and its numbers in little-endian order. */
export function* binaryChunks(vectors: WordVectors): Generator<Uint8Array> {
  const { words } = vectors;
  const [count, size] = vectors.vectors.shape;
  let parts: Uint8Array[] = [Buffer.from(`${count} ${size}\n`)];
  for (const [row, word] of words.entries()) {
    const bytes = Buffer.alloc(4 * size);
    rowAt(vectors, row).forEach((value, i) => {
      bytes.writeFloatLE(value, 4 * i);
    });
    parts.push(Buffer.from(`${word} `), bytes);
    if (parts.length < 2048 && row < count - 1) continue;
    yield Buffer.concat(parts);
    parts = [];
  }
}
