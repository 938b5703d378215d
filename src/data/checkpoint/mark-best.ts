import { join } from "node:path";
import { replaceFile } from "../files/write-file";
import { syncFolder, unwritable } from "./disk";
import { MANIFEST } from "./folder";
import { type Best, manifestText } from "./manifest";
import { readManifest } from "./read";

/**
 * Gives a checkpoint the value it is compared by, where it was not known when it was written: a training that was stopped
 * while it measured knows it only when it goes on. Its JSON is replaced whole or not at all; all else in it stays.
 *
 * @param path the checkpoint's folder
 * @param best a value that is no number is none; a checkpoint that has one keeps it
 * @throws DataError when the checkpoint is damaged or cannot be written
 */
export async function markBest(path: string, { value, mode }: Best): Promise<void> {
  if (!Number.isFinite(value)) return;
  const file = join(path, MANIFEST);
  const manifest = await readManifest(path);
  if (manifest.best !== null) return;
  const text = manifestText({ ...manifest, best: { value, mode } }, file);
  try {
    await replaceFile(file, new TextEncoder().encode(text));
    await syncFolder(path);
  } catch (error) {
    throw unwritable(file, error);
  }
}
