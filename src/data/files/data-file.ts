import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { DataError } from "../errors";

/** A published file, with its size and checksum. */
export interface DataFile {
  /** The folder of its data set, in the cache and under `UNROLL_DATA`; it is no part of a mirror's address. */
  readonly folder: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /**
   * The file's own public addresses, where its data set has no mirror that holds all files under their names. An
   * address that ends in ".zip" is an archive that holds the file.
   */
  readonly addresses?: readonly string[];
}

/** Refuses bytes that are not the file's. @param where the path or address of the bytes. @throws DataError */
export function checkBytes(bytes: Uint8Array, file: DataFile, where: string): void {
  if (bytes.length !== file.bytes) throw new DataError(where, "size", `${file.bytes} bytes`, `${bytes.length}`);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== file.sha256) throw new DataError(where, "SHA-256", file.sha256, actual);
}

/**
 * Reads the file from a path. @returns undefined when nothing is there
 *
 * @throws DataError when something else is there: a half-written file, another version, a folder, an unreadable file
 */
export async function readDataFile(path: string, file: DataFile): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path); // checked before opening: a pipe would block for ever, a big file would fill memory
    if (!found.isFile())
      throw new DataError(path, "kind", "a file", found.isDirectory() ? "a folder" : "something else");
    if (found.size !== file.bytes) throw new DataError(path, "size", `${file.bytes} bytes`, `${found.size}`);
    const bytes = await readFile(path);
    checkBytes(bytes, file, path);
    return bytes;
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error instanceof DataError ? error : new DataError(path, "access", "a readable file", code);
  }
}

/** The code of a failed system call (ENOENT, EACCES, …), or else the error's message. */
export function errorCode(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return String(code ?? message ?? error);
}
