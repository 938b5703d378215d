import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
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
    checkIsFile(path, found);
    if (found.size !== file.bytes) throw new DataError(path, "size", `${file.bytes} bytes`, `${found.size}`);
    const bytes = await readFile(path);
    checkBytes(bytes, file, path);
    return bytes;
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw readError(path, error);
  }
}

/** Refuses a folder, a pipe or a device. @throws DataError */
export function checkIsFile(path: string, found: Stats): void {
  if (found.isFile()) return;
  throw new DataError(path, "kind", "a file", found.isDirectory() ? "a folder" : "something else");
}

/** The error of a file that cannot be read; a DataError stays as it is. */
export const readError = (path: string, error: unknown): DataError =>
  error instanceof DataError ? error : new DataError(path, "access", "a readable file", errorCode(error));

/** The code of a failed system call (ENOENT, EACCES, …), or else the error's message. */
export function errorCode(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return String(code ?? message ?? error);
}
