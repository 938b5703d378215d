import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { listAbandoned, unfinishedName } from "../files/unfinished";
import { isTransient, syncFolder } from "./disk";
import { byValue } from "./find";
import { historyName, listCheckpoints, listHistories } from "./folder";
import { readManifest } from "./read";

/**
 * Removes all checkpoints but the `keep` newest ones and the best one, the unfinished folders of killed processes, and the
 * files of records that no checkpoint needs any more. It never removes the newest checkpoint, so it may run beside other writers.
 *
 * @param damaged paths of further checkpoints to remove
 * @throws DataError naming the path that cannot be removed
 */
export async function prune(folder: string, keep: number, damaged: readonly string[]): Promise<void> {
  const listed = (await listCheckpoints(folder)).filter(({ path }) => !damaged.includes(path));
  const spared: (string | undefined)[] = []; // the best checkpoint, and checkpoints whose value cannot be read now
  const note = (error: DataError, path: string) => isTransient(error) && spared.push(path);
  if (listed.length > keep) spared.push((await byValue(listed, note))[0]?.path);
  const old = listed.slice(keep).filter(({ path }) => !spared.includes(path));
  const abandoned = [...(await listAbandoned(folder))];
  for (const path of [...damaged, ...old.map((each) => each.path)]) {
    const renamed = await renameAway(folder, path);
    if (renamed !== undefined) abandoned.push(renamed);
  }
  // The disk must have the renames before files are removed, because a power cut could else leave half a checkpoint.
  if (abandoned.length > 0) await syncFolder(folder).catch((error) => refuseRemoval(folder, error));
  await removeAll([...abandoned, ...(await unusedHistories(folder))]);
}

/**
 * The files of records that no checkpoint of the folder needs: those to which a killed process added records. None where a
 * checkpoint cannot be read, because it may need one.
 */
async function unusedHistories(folder: string): Promise<readonly string[]> {
  const files = await listHistories(folder);
  if (files.length < 2) return [];
  try {
    const manifests = await Promise.all((await listCheckpoints(folder)).map(({ path }) => readManifest(path)));
    const isUsed = (file: string) => manifests.some(({ history }) => history?.file === file);
    return files.filter((file) => !isUsed(file)).map((file) => join(folder, historyName(file)));
  } catch {
    return [];
  }
}

/**
 * Removes the unfinished folders of killed processes, to make room. @returns whether there were any. @throws DataError
 */
export async function removeAbandoned(folder: string): Promise<boolean> {
  const abandoned = await listAbandoned(folder);
  await removeAll(abandoned);
  return abandoned.length > 0;
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await rm(path, { recursive: true, force: true }).catch((error) => refuseRemoval(path, error));
}

/** Renames a checkpoint to an unfinished name. @returns its new path; undefined when another process was first */
export async function renameAway(folder: string, path: string): Promise<string | undefined> {
  const renamed = join(folder, unfinishedName());
  try {
    await rename(path, renamed);
    return renamed;
  } catch (error) {
    return errorCode(error) === "ENOENT" ? undefined : refuseRemoval(path, error);
  }
}

function refuseRemoval(path: string, error: unknown): never {
  throw new DataError(path, "access", "an old checkpoint that can be removed", errorCode(error));
}
