import { lstat } from "node:fs/promises";
import { resolve } from "node:path";
import { checkOptions } from "../check-options";
import { DataError } from "../errors";
import { checkPath } from "../files/check-path";
import { errorCode } from "../files/data-file";
import { type ListedCheckpoint, listCheckpoints } from "./folder";
import type { Best } from "./manifest";
import { type Checkpoint, readCheckpoint, readManifest } from "./read";
import { noteSeen } from "./single-writer-check";

export interface FindOptions {
  /** Prints one line for each damaged checkpoint that was skipped. Default: `console.warn`. */
  say?: (line: string) => void;
}

/**
 * The newest undamaged checkpoint of a folder, or undefined when the folder has no checkpoint or does not exist. A
 * damaged checkpoint is skipped, and a line says so.
 *
 * @example
 *   const checkpoint = await latestCheckpoint("runs/first");
 *   console.log(checkpoint ? `step ${checkpoint.number}` : "no checkpoint yet");
 *
 * @throws DataError, the one of the newest checkpoint, when all checkpoints are damaged; for an empty path
 */
export async function latestCheckpoint(folder: string, options: FindOptions = {}): Promise<Checkpoint | undefined> {
  checkPath("latestCheckpoint", "folder", folder);
  checkOptions("latestCheckpoint", options, ["say"]);
  const listed = await listCheckpoints(resolve(folder));
  const found = await firstUndamaged(listed, options);
  if (found === "gone") return latestCheckpoint(folder, options);
  noteSeen(resolve(folder), listed[0]?.number);
  return found;
}

/**
 * The checkpoint with the best value, by the mode (min or max) of the newest checkpoint with a value; of equal values
 * the first one. A damaged checkpoint is skipped, and a line says so. Undefined when no checkpoint has a value.
 *
 * @example
 *   const best = await bestCheckpoint("runs/first");
 *   console.log(best?.number, best?.best?.value);
 *
 * @throws DataError when all checkpoints with a value are damaged; for an empty path
 */
export async function bestCheckpoint(folder: string, options: FindOptions = {}): Promise<Checkpoint | undefined> {
  checkOptions("bestCheckpoint", options, ["say"]);
  const { say = console.warn } = options;
  checkPath("bestCheckpoint", "folder", folder);
  const listed = await listCheckpoints(resolve(folder));
  const note = (error: DataError) => say(`unroll: passed over a checkpoint that is not whole: ${error.message}`);
  const found = await firstUndamaged(await byValue(listed, note), options);
  return found === "gone" ? bestCheckpoint(folder, options) : found;
}

/**
 * The checkpoints with a value, the best first. @param damaged called for each checkpoint that exists and whose JSON
 * cannot be read
 */
export async function byValue(
  listed: readonly ListedCheckpoint[],
  damaged: (error: DataError, path: string) => void,
): Promise<readonly ListedCheckpoint[]> {
  const valued: (ListedCheckpoint & { best: Best })[] = [];
  for (const entry of listed) {
    const read = await attempt(() => readManifest(entry.path));
    if (read instanceof DataError && (await isThere(entry.path))) damaged(read, entry.path);
    if (!(read instanceof DataError) && read.best !== null) valued.push({ ...entry, best: read.best });
  }
  const sign = valued[0]?.best.mode === "max" ? -1 : 1;
  return valued.sort((a, b) => sign * (a.best.value - b.best.value) || a.number - b.number);
}

/**
 * @returns "gone" when a checkpoint was removed in the meantime. Its writer had a newer one by then, so a second
 *   search finds more.
 */
async function firstUndamaged(listed: readonly ListedCheckpoint[], { say = console.warn }: FindOptions) {
  let first: DataError | undefined;
  for (const { path } of listed) {
    const read = await attempt(() => readCheckpoint(path));
    if (!(read instanceof DataError)) return read;
    if (!(await isThere(path))) return "gone";
    say(`unroll: passed over a checkpoint that is not whole: ${read.message}`);
    first ??= read;
  }
  if (first !== undefined) throw first;
  return undefined;
}

async function attempt<T>(read: () => Promise<T>): Promise<T | DataError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}

/**
 * Whether anything has this path, also a broken link: with a test that ignores broken links, the search would repeat
 * for ever.
 */
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    (error) => errorCode(error) !== "ENOENT",
  );
