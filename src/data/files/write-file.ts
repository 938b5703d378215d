import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** A file that is written under a name of its own, beside its place. */
export interface Unfinished {
  /** Puts it in its place, whole. */
  finish(): Promise<void>;
  /** Takes away what was not finished. */
  drop(): Promise<void>;
}

/**
 * Writes a file so that it is there whole or not at all, whatever interrupts: under a name of its own, to the disk, then
 * renamed. Folders are made; programs that write the same file at once do each other no harm.
 *
 * @throws the system's error, with nothing left behind
 */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await writeUnfinished(path, bytes);
  try {
    await file.finish();
  } catch (error) {
    await file.drop();
    throw error;
  }
}

/** The first half of `replaceFile`. @throws the system's error, with nothing left behind */
export async function writeUnfinished(path: string, bytes: Uint8Array): Promise<Unfinished> {
  const unfinished = `${path}.${randomUUID()}.part`;
  const file: Unfinished = {
    finish: () => rename(unfinished, path),
    drop: () => rm(unfinished, { force: true }).catch(() => undefined),
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(unfinished, "wx");
    try {
      await handle.writeFile(bytes);
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
