import { DataError } from "../errors";
import type { ByteReader } from "../files/byte-reader";

/** The vectors while they are read. */
export interface Table {
  readonly words: string[];
  readonly data: Float32Array;
  /** The number of dimensions. */
  readonly size: number;
  /** How many words are read. */
  readonly count: number;
  /** Whether these are all words of the file. */
  readonly isAll: boolean;
}

export const LINE_FEED = 10;
/** No word is longer, in bytes. (Programs of the format allow 50 to 1,000.) */
export const LONGEST_WORD = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the first line: the number of words and of dimensions.
 *
 * @throws DataError for another line, and when the file is too small for what the line says
 */
export async function headerOf(reader: ByteReader, binary: boolean): Promise<{ count: number; size: number }> {
  const { path } = reader;
  const line = await reader.until(LINE_FEED, 1000);
  const found = /^\s*(\d{1,15})\s+(\d{1,15})\s*$/.exec(line?.toString("latin1") ?? "");
  const [count, size] = [Number(found?.[1]), Number(found?.[2])];
  if (!(count >= 1 && size >= 1)) {
    const actual = line === undefined ? "no line" : JSON.stringify(line.toString("latin1").slice(0, 40));
    throw new DataError(path, "line 1", 'the number of words and of dimensions, "16685 100"', actual);
  }
  const least = count * (binary ? 4 * size + 2 : 2 * size + 2) - 1; // the last line may lack its end
  if (reader.size >= least) return { count, size };
  const expected = `at least ${least} bytes for the ${count} words of ${size} dimensions in line 1`;
  throw new DataError(path, "size", expected, String(reader.size));
}

/** A word of its bytes. @throws DataError when it is empty or not UTF-8 */
export function wordOf(bytes: Uint8Array, path: string, field: string): string {
  try {
    const word = utf8.decode(bytes);
    if (word !== "") return word;
  } catch {
    throw new DataError(path, field, "UTF-8", "other bytes");
  }
  throw new DataError(path, field, "a word", "nothing");
}
