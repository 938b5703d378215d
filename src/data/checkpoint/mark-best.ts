import { join } from "node:path";
import { checkOptions } from "../check-options";
import { checkPath } from "../files/check-path";
import { replaceFile } from "../files/write-file";
import { checkpointError, syncFolder } from "./disk";
import { MANIFEST } from "./folder";
import { type Best, manifestText } from "./manifest";
import { readManifest } from "./read";

/**
 * Gives a checkpoint the value by which it is compared, when it was written without one. (A training that is stopped
 * while it measures writes a checkpoint at once, and knows the value only after a resume.) The checkpoint's JSON is
 * replaced whole or not at all; nothing else in the checkpoint changes.
 *
 * @example
 *   const [newest] = await listCheckpoints("runs/first");
 *   if (newest) await markBest(newest.path, { value: 0.12, mode: "min" });
 *
 * @param path the checkpoint's folder
 * @param best ignored when its value is not finite, or when the checkpoint has a value already
 * @throws DataError when the checkpoint is damaged or cannot be written
 */
export async function markBest(path: string, best: Best): Promise<void> {
  checkPath("markBest", "path", path);
  checkOptions("markBest", best, ["value", "mode"]);
  const { value, mode } = best;
  if (!Number.isFinite(value)) return;
  const file = join(path, MANIFEST);
  const manifest = await readManifest(path);
  if (manifest.best !== null) return;
  const text = manifestText({ ...manifest, best: { value, mode } }, file);
  try {
    await replaceFile(file, new TextEncoder().encode(text));
    await syncFolder(path);
  } catch (error) {
    throw checkpointError(file, error);
  }
}
