import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DataError } from "../errors";
import { errorCode } from "./data-file";

/** A file that is read here and there. */
export interface RandomAccess {
  readonly path: string;
  readonly size: number;
  /** @throws DataError for bytes beyond the file's end */
  readonly read: (offset: number, length: number, field: string) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

const MOST_AT_ONCE = 2 ** 30; // one call reads less than 2 GiB

/** Opens a file. @throws DataError when there is none, or it cannot be read */
export async function openFile(path: string): Promise<RandomAccess> {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants; // with O_NONBLOCK a pipe does not block
  const refuse = (error: unknown) => new DataError(path, "access", "a readable file", errorCode(error));
  let handle: FileHandle;
  try {
    handle = await open(path, O_RDONLY | O_NONBLOCK);
  } catch (error) {
    throw refuse(error);
  }
  const found = await handle.stat();
  if (!found.isFile()) {
    await handle.close();
    throw new DataError(path, "kind", "a file", found.isDirectory() ? "a folder" : "something else");
  }
  const { size } = found;
  const read = async (offset: number, length: number, field: string): Promise<Uint8Array> => {
    if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
      const expected = `bytes ${offset} to ${offset + length} (the file is cut or damaged)`;
      throw new DataError(path, field, expected, `a file of ${size} bytes`);
    }
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await handle
        .read(bytes, at, Math.min(MOST_AT_ONCE, length - at), offset + at)
        .catch((error) => Promise.reject(refuse(error)));
      if (bytesRead === 0) throw new DataError(path, field, `${length} bytes`, `${at}`);
      at += bytesRead;
    }
    return bytes;
  };
  return { path, size, read, close: () => handle.close() };
}
