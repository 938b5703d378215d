import { mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { NumericArray } from "../array";
import { checkWhole, DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { isPassing, makeFolder, syncFolder, unwritable, writeDurably } from "./disk";
import { type Listed, listCheckpoints, MANIFEST, nameOf, scrapName, TENSORS } from "./folder";
import type { JsonRecord } from "./json-value";
import { type Best, checkState, manifestText } from "./manifest";
import { prune, removeScraps, setAside } from "./prune";
import { readCheckpoint, readManifest } from "./read";
import { checkSingleWriter, noteSeen } from "./single-writer-check";
import { writeTensors } from "./tensors-file";

/** What a checkpoint keeps. */
export interface CheckpointContent {
  /** Its place in the order: the iteration, or the epoch. Above that of every checkpoint in the folder. */
  readonly number: number;
  /** Arrays by any names. They are written where they lie: they must not change until the promise is kept. */
  readonly tensors: Readonly<Record<string, NumericArray>>;
  /** Whatever else: a record that JSON keeps. */
  readonly state: JsonRecord;
}

export interface WriteCheckpointOptions {
  /** How many of the newest are kept, 3 unless told otherwise. */
  keep?: number;
  /** By which the best is found, which is kept besides. A value that is no number is never the best. */
  best?: Best;
}

/**
 * Writes a checkpoint: a folder with `tensors.safetensors` and `checkpoint.json`, which appears whole or not at all.
 *
 *   1. both files are written into a folder of another name, and synced to the disk, and that folder
 *   2. that folder is renamed to `checkpoint-NUMBER`, and the folder around is synced: now it is durable
 *   3. what need not be kept is renamed away, the folder synced, and only then removed
 *
 * Killed before 2, the process leaves the older checkpoints as they were, and an unfinished folder that the next write
 * removes; killed after, the new one is there. A power cut is no different, as far as the disk keeps what it said it has
 * synced. A checkpoint is one folder rather than two files side by side, so that one rename commits both, and one can be
 * copied or removed by hand.
 *
 * Two processes may write into one folder at once and cannot harm a checkpoint: each writes under names of its own, a
 * rename never replaces a checkpoint, and the newest is never removed. That they train into the same folder is a
 * mistake all the same: the one that finds checkpoints newer than it knows of ends with an error, the other goes on.
 * (One gap is left: when both replace the same damaged checkpoint at the same moment, one may take away the other's.)
 *
 * The same checkpoint written again is nothing new. A damaged one, of this number or above, makes way.
 *
 * @returns the checkpoint's folder
 * @throws DataError when the disk is full, a quota used up, the folder read-only; when the number is not above those
 *   there; for a state that JSON would not keep. The checkpoints there stay as they were, and nothing is left behind
 */
export async function writeCheckpoint(
  folder: string,
  content: CheckpointContent,
  options: WriteCheckpointOptions = {},
): Promise<string> {
  const { keep = 3 } = options;
  checkContent(content, keep);
  const root = resolve(folder);
  const target = join(root, nameOf(content.number));
  const unfinished = join(root, scrapName());
  let damaged: readonly string[];
  let away: string | undefined;
  try {
    await makeFolder(root);
    const listed = await listCheckpoints(root);
    damaged = await damagedFrom(listed, content.number);
    checkSingleWriter(
      root,
      listed.filter(({ number }) => number < content.number),
    );
    await writeFiles(unfinished, content, bestOf(options.best));
    if (damaged.includes(target)) away = await setAside(root, target);
    await commit(unfinished, target);
    await syncFolder(root);
  } catch (error) {
    for (const path of [unfinished, away]) if (path !== undefined) await removeQuietly(path);
    const failed = unwritable(target, error);
    const again = failed.field === "disk" && (await removeScraps(root)); // killed processes may have filled it
    if (again) return writeCheckpoint(folder, content, options);
    throw failed;
  }
  noteSeen(root, content.number);
  const others = damaged.filter((path) => path !== target);
  await prune(root, keep, away === undefined ? others : [...others, away]);
  return target;
}

function checkContent({ number, state }: CheckpointContent, keep: number): void {
  checkWhole("writeCheckpoint", "number", number, 0);
  checkWhole("writeCheckpoint", "keep", keep, 1);
  checkState("writeCheckpoint", state);
}

function bestOf(best: Best | undefined): Best | null {
  if (best === undefined) return null;
  const { value, mode } = best;
  if (mode !== "min" && mode !== "max") throw new DataError("writeCheckpoint", "best.mode", "min or max", String(mode));
  return Number.isFinite(value) ? { value, mode } : null;
}

/**
 * The checkpoints of that number and above that are damaged, as after a fall back to an older one.
 *
 * @throws DataError when one above is whole
 */
async function damagedFrom(listed: readonly Listed[], number: number): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const each of listed.filter((other) => other.number >= number)) {
    const whole = await readCheckpoint(each.path).catch((error) => {
      if (error instanceof DataError && !isPassing(error)) return undefined;
      throw error;
    });
    if (whole === undefined) damaged.push(each.path);
    else if (each.number > number)
      throw new DataError("writeCheckpoint", "number", `one above ${each.number}, the newest there`, `${number}`);
  }
  return damaged;
}

/** After an error that tells more than another would. */
const removeQuietly = (path: string) => rm(path, { recursive: true, force: true }).catch(() => undefined);

async function writeFiles(folder: string, { number, tensors, state }: CheckpointContent, best: Best | null) {
  await mkdir(folder);
  const facts = await writeTensors(join(folder, TENSORS), tensors);
  const text = manifestText({ number, best, ...facts, state }, join(folder, MANIFEST));
  await writeDurably(join(folder, MANIFEST), [new TextEncoder().encode(text)]);
  await syncFolder(folder);
}

/** The rename that makes it a checkpoint. @throws DataError when one of that number is there, with something else in it */
async function commit(unfinished: string, target: string): Promise<void> {
  try {
    await rename(unfinished, target);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(errorCode(error))) throw error;
    const [ours, theirs] = [await readManifest(unfinished), await readManifest(target)];
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      throw new DataError("writeCheckpoint", "number", "one that is not there yet", `${ours.number}`);
    await rm(unfinished, { recursive: true, force: true });
  }
}
