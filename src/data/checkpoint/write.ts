import { mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { NumericArray } from "../array";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { checkPath } from "../files/check-path";
import { errorCode } from "../files/data-file";
import { unfinishedName } from "../files/unfinished";
import { jsonText } from "../formats/json-text";
import { checkpointError, isTransient, makeFolder, syncFolder, writeDurably } from "./disk";
import { type ListedCheckpoint, listCheckpoints, MANIFEST, nameOf, TENSORS } from "./folder";
import { addToHistory } from "./history-file";
import type { JsonRecord } from "./json-value";
import { type Best, checkState, type Manifest, manifestText } from "./manifest";
import { prune, removeAbandoned, renameAway } from "./prune";
import { readCheckpoint, readManifest } from "./read";
import { checkSingleWriter, noteSeen } from "./single-writer-check";
import { writeTensors } from "./tensors-file";

/** The content of a checkpoint. */
export interface CheckpointContent {
  /**
   * The position in the order of checkpoints: the iteration, or the epoch. It must be above the number of every
   * checkpoint in the folder.
   */
  readonly number: number;
  /** Arrays by any names. They are written without a copy, so they must not change until the promise is resolved. */
  readonly tensors: Readonly<Record<string, NumericArray>>;
  /** Further state: a record that JSON can store. */
  readonly state: JsonRecord;
  /**
   * Records of the past, such as one for each epoch; each one is final, and each checkpoint of a training has those of the
   * one before. They are stored once, in a file beside the checkpoints to which each checkpoint adds its new records, so that
   * neither a checkpoint nor the time to write it grows with them. `readHistory` reads them. Default: none.
   */
  readonly history?: readonly JsonRecord[];
}

export interface WriteCheckpointOptions {
  /** The number of newest checkpoints to keep. Default: 3. */
  keep?: number;
  /**
   * The value by which the best checkpoint is found, which is kept too. A value that is not finite is never the best.
   * Default: none.
   */
  best?: Best;
}

/**
 * Writes a checkpoint: a folder with `tensors.safetensors` and `checkpoint.json`, which appears whole or not at all.
 *
 *   1. add the new records to the history's file, where there is a history; write both files of the checkpoint to a folder
 *      with an unfinished name; sync the files and the folder to the disk
 *   2. rename the folder to `checkpoint-NUMBER`; sync its parent folder: now the checkpoint is durable
 *   3. rename the checkpoints that need not be kept; sync the parent folder; then remove them
 *
 * A process that is killed before 2 leaves the older checkpoints as they were, and an unfinished folder that a later
 * write removes; killed after 2, it leaves the new checkpoint. A power cut does the same, if the disk keeps what it
 * reported as synced. A checkpoint is one folder rather than two files side by side, so that one rename commits both
 * files, and a checkpoint can be copied or removed by hand. (A training that is to go on from a copy with its whole history
 * needs the file `history-….jsonl` beside it, too.)
 *
 * Two processes may write to one folder at once without damaging a checkpoint: each uses its own unfinished names, a
 * rename never replaces a checkpoint, and the newest checkpoint is never removed. But two processes that train into
 * the same folder are a mistake: the process that finds checkpoints newer than it knows ends with an error, and the
 * other continues. (One gap remains: when both replace the same damaged checkpoint at the same moment, one may remove
 * the other's.)
 *
 * Writing the same checkpoint again changes nothing. A damaged checkpoint with this number or a higher one is
 * replaced.
 *
 * @example
 *   const tensors = { kernel: numericArray(new Float32Array(6), [2, 3]) };
 *   const path = await writeCheckpoint("runs/own", { number: 120, tensors, state: { epoch: 3 } }, { keep: 5 });
 *
 * @returns the checkpoint's folder
 * @throws DataError when the disk is full, a quota is used up, or the folder is read-only; for an empty path; when the number is not
 *   above the existing ones; for a state that JSON cannot store. The existing checkpoints stay as they were, and
 *   nothing is left behind
 */
export async function writeCheckpoint(
  folder: string,
  content: CheckpointContent,
  options: WriteCheckpointOptions = {},
): Promise<string> {
  checkOptions("writeCheckpoint", options, ["keep", "best"]);
  const { keep = 3 } = options;
  checkPath("writeCheckpoint", "folder", folder);
  checkContent(content, keep);
  const root = resolve(folder);
  const target = join(root, nameOf(content.number));
  const unfinished = join(root, unfinishedName());
  let damaged: readonly string[];
  let renamed: string | undefined;
  try {
    await makeFolder(root);
    const listed = await listCheckpoints(root);
    damaged = await damagedFrom(listed, content.number);
    checkSingleWriter(
      root,
      listed.filter(({ number }) => number < content.number),
    );
    const history = await addToHistory(root, content.history ?? []);
    await writeFiles(unfinished, content, { best: bestOf(options.best), history });
    if (damaged.includes(target)) renamed = await renameAway(root, target);
    await commit(unfinished, target);
    await syncFolder(root);
  } catch (error) {
    for (const path of [unfinished, renamed]) if (path !== undefined) await removeQuietly(path);
    const failed = checkpointError(target, error);
    // folders of killed processes may have filled the disk
    const again = failed.field === "disk" && (await removeAbandoned(root));
    if (again) return writeCheckpoint(folder, content, options);
    throw failed;
  }
  noteSeen(root, content.number);
  const others = damaged.filter((path) => path !== target);
  await prune(root, keep, renamed === undefined ? others : [...others, renamed]);
  return target;
}

function checkContent({ number, state, history }: CheckpointContent, keep: number): void {
  checkWhole("writeCheckpoint", "number", number, 0);
  checkWhole("writeCheckpoint", "keep", keep, 1);
  checkState("writeCheckpoint", state);
  if (history === undefined || Array.isArray(history)) return;
  throw new DataError("writeCheckpoint", "history", "a list of records", typeof history);
}

function bestOf(best: Best | undefined): Best | null {
  if (best === undefined) return null;
  const { value, mode } = best;
  if (mode !== "min" && mode !== "max") throw new DataError("writeCheckpoint", "best.mode", "min or max", String(mode));
  return Number.isFinite(value) ? { value, mode } : null;
}

/**
 * The damaged checkpoints with this number or a higher one. They exist when a training fell back to an older
 * checkpoint.
 *
 * @throws DataError when a checkpoint with a higher number is undamaged
 */
async function damagedFrom(listed: readonly ListedCheckpoint[], number: number): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const each of listed.filter((other) => other.number >= number)) {
    const whole = await readCheckpoint(each.path).catch((error) => {
      if (error instanceof DataError && !isTransient(error)) return undefined;
      throw error;
    });
    if (whole === undefined) damaged.push(each.path);
    else if (each.number > number)
      throw new DataError("writeCheckpoint", "number", `one above ${each.number}, the newest there`, `${number}`);
  }
  return damaged;
}

/** Removes a path and ignores errors, because an earlier error says more. */
const removeQuietly = (path: string) => rm(path, { recursive: true, force: true }).catch(() => undefined);

async function writeFiles(
  folder: string,
  { number, tensors, state }: CheckpointContent,
  { best, history }: Pick<Manifest, "best" | "history">,
) {
  await mkdir(folder);
  const facts = await writeTensors(join(folder, TENSORS), tensors);
  const text = manifestText({ number, best, ...facts, history, state }, join(folder, MANIFEST));
  await writeDurably(join(folder, MANIFEST), [new TextEncoder().encode(text)]);
  await syncFolder(folder);
}

/**
 * Renames the unfinished folder to the checkpoint's name. @throws DataError when a checkpoint of that number with
 * another content exists
 */
async function commit(unfinished: string, target: string): Promise<void> {
  try {
    await rename(unfinished, target);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(errorCode(error))) throw error;
    const [ours, theirs] = [await readManifest(unfinished), await readManifest(target)];
    if (jsonText(ours) !== jsonText(theirs))
      throw new DataError("writeCheckpoint", "number", "one that is not there yet", `${ours.number}`);
    await rm(unfinished, { recursive: true, force: true });
  }
}
