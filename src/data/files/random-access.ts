import { DataError } from "../errors";
import { readError } from "./data-file";
import { openPlainFile } from "./open-plain-file";

/** A file that is read here and there, of any size: a large one needs no more memory than what is asked for. */
export interface RandomAccess {
  readonly path: string;
  readonly size: number;
  /** Fills `bytes` from an offset on. @throws DataError for bytes beyond the file's end, and when it cannot be read */
  readonly fill: (bytes: Uint8Array, offset: number, field: string) => Promise<void>;
  /** The bytes at an offset. @throws as `fill` */
  readonly read: (offset: number, length: number, field: string) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

const MOST_AT_ONCE = 2 ** 30; // one call reads less than 2 GiB

/** Opens a file. @throws DataError when there is none, or it cannot be read; a pipe is refused without waiting for it */
export async function openFile(path: string): Promise<RandomAccess> {
  const { handle, size } = await openPlainFile(path);
  const checkRange = (offset: number, length: number, field: string): void => {
    if (offset >= 0 && length >= 0 && offset + length <= size) return;
    const expected = `bytes ${offset} to ${offset + length} (the file is cut or damaged)`;
    throw new DataError(path, field, expected, `a file of ${size} bytes`);
  };
  const fill = async (bytes: Uint8Array, offset: number, field: string): Promise<void> => {
    checkRange(offset, bytes.length, field);
    for (let at = 0; at < bytes.length; ) {
      const most = Math.min(MOST_AT_ONCE, bytes.length - at);
      const { bytesRead } = await handle.read(bytes, at, most, offset + at).catch((error) => {
        throw readError(path, error);
      });
      if (bytesRead === 0) throw new DataError(path, field, `${bytes.length} bytes`, `${at}`);
      at += bytesRead;
    }
  };
  const read = async (offset: number, length: number, field: string): Promise<Uint8Array> => {
    checkRange(offset, length, field); // before memory is taken
    const bytes = new Uint8Array(length);
    await fill(bytes, offset, field);
    return bytes;
  };
  return { path, size, fill, read, close: () => handle.close() };
}
