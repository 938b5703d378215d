import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "./data-file";
import { type Unfinished, writeUnfinished } from "./write-file";

/**
 * Writes files into a folder, which is made: each there whole or not at all, and none is replaced before all are written,
 * so that files which belong together stay together when a disk is full. What else lies there stays.
 *
 * @param files bytes by name
 * @throws DataError naming the file that cannot be written
 */
export async function saveFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const written: [string, Unfinished][] = [];
  try {
    const places = Object.entries(files).map(([name, bytes]) => [join(folder, name), bytes] as const);
    for (const [path] of places) await naming(path, refuseFolder(path));
    for (const [path, bytes] of places) written.push([path, await naming(path, writeUnfinished(path, bytes))]);
    for (const [path, file] of written) await naming(path, file.finish());
  } catch (error) {
    for (const [, file] of written) await file.drop();
    throw error;
  }
}

const naming = <T>(path: string, work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    throw new DataError(path, "access", "a place that can be written", errorCode(error));
  });

/** No file takes a folder's place. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
}
