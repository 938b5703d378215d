import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkPath } from "../files/check-path";
import { unfinishedName } from "../files/unfinished";
import { checkpointError, makeFolder, writeDurably } from "./disk";

/**
 * Refuses a folder to which `writeCheckpoint` could not write, so that a training does not find out after its first epoch: the
 * folder is made, and a small file is written in it and removed.
 *
 * @example
 *   await checkCheckpointFolder("runs/own"); // before a loop of your own begins
 *
 * @throws DataError for an empty path, when the folder cannot be made, is read-only, or its disk is full
 */
export async function checkCheckpointFolder(folder: string): Promise<void> {
  checkPath("checkCheckpointFolder", "folder", folder);
  const root = resolve(folder);
  const path = join(root, unfinishedName());
  try {
    await makeFolder(root);
    await writeDurably(path, [new Uint8Array(1)]);
  } catch (error) {
    throw checkpointError(root, error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined); // the error of the write says more
  }
}
