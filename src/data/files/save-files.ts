import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "./data-file";
import { type Unfinished, writeUnfinished } from "./write-file";

/**
 * Writes files to a folder, and makes the folder. Each file is there whole or not at all. No file is replaced before
 * all are written, so that files which belong together stay together when the disk is full. Other files in the folder
 * stay.
 *
 * @example
 *   await saveFiles("exported", { "notes.txt": new TextEncoder().encode("trained for 5 epochs") });
 *
 * @param files the bytes, by file name
 * @throws DataError naming the file that cannot be written
 */
export async function saveFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const written: [string, Unfinished][] = [];
  try {
    const targets = Object.entries(files).map(([name, bytes]) => [join(folder, name), bytes] as const);
    for (const [path] of targets) await refuseOthers(path);
    for (const [path, bytes] of targets) written.push([path, await withPath(path, writeUnfinished(path, bytes))]);
    for (const [path, file] of written) await withPath(path, file.finish());
  } catch (error) {
    for (const [, file] of written) await file.drop();
    throw error;
  }
}

/** Turns a failure of `work` into an error that names the path. */
const withPath = <T>(path: string, work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    throw new DataError(path, "access", "a place that can be written", errorCode(error));
  });

/** Refuses a path at which something else than a file is, a folder or a device: a file must not replace it. */
async function refuseOthers(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw new DataError(path, "access", "a place that can be written", found.isDirectory() ? "EISDIR" : "no file");
}
