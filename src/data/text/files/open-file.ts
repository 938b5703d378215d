import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { checkIsFile, readError } from "../../files/data-file";

/** A file that is open to be read. */
export interface OpenFile {
  readonly stats: Stats;
  /** Fills the buffer from a position on, as far as the file has bytes. @returns how many bytes were read */
  read(buffer: Uint8Array, position: number): number;
}

/**
 * Opens a file for `use`, and closes it.
 *
 * @throws DataError for what is no file (a pipe would block for ever), and for one that cannot be read
 */
export function withFile<T>(path: string, use: (file: OpenFile) => T): T {
  const [file, close] = open(path);
  try {
    return use(file);
  } finally {
    close();
  }
}

/** Opens a file. @returns it, and a function that closes it. @throws DataError */
export function open(path: string): [file: OpenFile, close: () => void] {
  const found = attempt(path, () => statSync(path));
  checkIsFile(path, found);
  const handle = attempt(path, () => openSync(path, "r"));
  const read = (buffer: Uint8Array, position: number): number => {
    let length = 0;
    while (length < buffer.length) {
      const count = attempt(path, () => readSync(handle, buffer, length, buffer.length - length, position + length));
      if (count === 0) break;
      length += count;
    }
    return length;
  };
  return [{ stats: fstatSync(handle), read }, () => closeSync(handle)];
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw readError(path, error);
  }
}
