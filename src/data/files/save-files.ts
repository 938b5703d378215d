import { join } from "node:path";
import { checkPath } from "./check-path";
import { withPath } from "./save-file";
import { hasContentName, removeSuperseded, textOf } from "./superseded";
import { type Unfinished, writeUnfinished } from "./write-file";

/**
 * Writes files to a folder, and makes the folder. Each file is there whole or not at all. No file is replaced before
 * all are written, so that files which belong together stay together when the disk is full. Other files in the folder
 * stay.
 *
 * The files are replaced in their order, and a program that is killed between two leaves new ones beside old ones. Where
 * that must not be, the names have a checksum of the content, `-` and 16 hexadecimal digits before the ending, as those
 * of `browserFiles` have, and the last file, whose name stays, names the others. When it is in place, those that its
 * predecessor named and that it does not are removed.
 *
 * @example
 *   await saveFiles("exported", { "notes.txt": new TextEncoder().encode("trained for 5 epochs") });
 *
 * @param files the bytes, by file name
 * @throws DataError for an empty path, and naming the file that cannot be written
 */
export async function saveFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  checkPath("saveFiles", "folder", folder);
  const names = Object.keys(files);
  for (const name of names) checkPath("saveFiles", "file name", name);
  const targets = Object.entries(files).map(([name, bytes]) => [join(folder, name), bytes] as const);
  const isRooted = names.some(hasContentName);
  const before = isRooted ? await textOf(join(folder, names.at(-1) as string)) : "";
  const written: [string, Unfinished][] = [];
  try {
    for (const [path, bytes] of targets) written.push([path, await withPath(path, writeUnfinished(path, bytes))]);
    for (const [path, file] of written) await withPath(path, file.finish());
  } catch (error) {
    for (const [, file] of written) await file.drop();
    throw error;
  }
  if (isRooted) await removeSuperseded(folder, names, before);
}
