import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { isPassing, syncFolder } from "./disk";
import { byValue } from "./find";
import { listCheckpoints, listScraps, scrapName } from "./folder";

/**
 * Removes what need not be kept, all but the `keep` newest checkpoints and the best one, and what killed processes left.
 * The newest is never removed, so this may run beside other writers.
 *
 * @param damaged more to remove
 * @throws DataError naming what cannot be removed
 */
export async function prune(folder: string, keep: number, damaged: readonly string[]): Promise<void> {
  const listed = (await listCheckpoints(folder)).filter(({ path }) => !damaged.includes(path));
  const spared: (string | undefined)[] = []; // the best, and those of which it is not known
  const note = (error: DataError, path: string) => isPassing(error) && spared.push(path);
  if (listed.length > keep) spared.push((await byValue(listed, note))[0]?.path);
  const old = listed.slice(keep).filter(({ path }) => !spared.includes(path));
  const scraps = [...(await listScraps(folder))];
  for (const path of [...damaged, ...old.map((each) => each.path)]) {
    const aside = await setAside(folder, path);
    if (aside !== undefined) scraps.push(aside);
  }
  // First the disk has the renames, then files go: a checkpoint with half its files is never one by its name.
  if (scraps.length > 0) await syncFolder(folder).catch((error) => cannot(folder, error));
  await removeAll(scraps);
}

/** Removes what killed processes left, to make room. @returns whether there was anything. @throws DataError */
export async function removeScraps(folder: string): Promise<boolean> {
  const scraps = await listScraps(folder);
  await removeAll(scraps);
  return scraps.length > 0;
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true }).catch((error) => cannot(path, error));
}

/** Takes a checkpoint's name from it. @returns its new path; undefined when another process was first */
export async function setAside(folder: string, path: string): Promise<string | undefined> {
  const aside = join(folder, scrapName());
  try {
    await rename(path, aside);
    return aside;
  } catch (error) {
    return errorCode(error) === "ENOENT" ? undefined : cannot(path, error);
  }
}

function cannot(path: string, error: unknown): never {
  throw new DataError(path, "access", "an old checkpoint that can be removed", errorCode(error));
}
