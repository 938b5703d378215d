import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** A file that was written under a temporary name, in the folder of its final path. */
export interface Unfinished {
  /** Renames the file to its final path. */
  finish(): Promise<void>;
  /** Removes the temporary file. */
  drop(): Promise<void>;
}

/**
 * Writes a file such that it is there whole or not at all, even if the process is killed: it is written under a
 * temporary name, synced to the disk, then renamed. Folders are made. Programs that write the same file at once do not
 * disturb each other.
 *
 * @param bytes the file's bytes, or its parts one after the other: a large file then needs little memory
 * @throws the system's error, with nothing left behind
 */
export async function replaceFile(path: string, bytes: Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const file = await writeUnfinished(path, bytes);
  try {
    await file.finish();
  } catch (error) {
    await file.drop();
    throw error;
  }
}

/** The first half of `replaceFile`: all but the rename. @throws the system's error, with nothing left behind */
export async function writeUnfinished(path: string, bytes: Uint8Array | Iterable<Uint8Array>): Promise<Unfinished> {
  const unfinished = `${path}.${randomUUID()}.part`;
  const file: Unfinished = {
    finish: () => rename(unfinished, path),
    drop: () => rm(unfinished, { force: true }).catch(() => undefined),
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(unfinished, "wx");
    try {
      for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return file;
  } catch (error) {
    await file.drop();
    throw error;
  }
}
