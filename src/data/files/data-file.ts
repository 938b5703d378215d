import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { DataError } from "../errors";

/** A published file whose every byte is known. */
export interface DataFile {
  /** The folder that its data set has, in the cache and under `UNROLL_DATA`. */
  readonly folder: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Refuses bytes that are not the file's. `where` is the path or address they came from. @throws DataError */
export function checkBytes(bytes: Uint8Array, file: DataFile, where: string): void {
  if (bytes.length !== file.bytes) throw new DataError(where, "size", `${file.bytes} bytes`, `${bytes.length}`);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== file.sha256) throw new DataError(where, "SHA-256", file.sha256, actual);
}

/**
 * The file's bytes from that path, or undefined where there is nothing.
 *
 * @throws DataError when what is there is not the file: half written, another version, a folder, unreadable
 */
export async function readDataFile(path: string, file: DataFile): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path); // before it is opened: a pipe would wait for ever, a big file would fill memory
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

/** What a failed system call is called (ENOENT, EACCES, …), or else its message. */
export function errorCode(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return String(code ?? message ?? error);
}
