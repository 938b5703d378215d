import { lstat } from "node:fs/promises";
import { resolve } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { type Listed, listCheckpoints } from "./folder";
import type { Best } from "./manifest";
import { type Checkpoint, readCheckpoint, readManifest } from "./read";
import { noteSeen } from "./single-writer-check";

export interface FindOptions {
  /** Gets one line for each checkpoint that was passed over because it is damaged. Default: `console.warn`. */
  say?: (line: string) => void;
}

/**
 * The newest checkpoint of a folder that is whole, or undefined when the folder has none or is not there. One that is
 * damaged is passed over for the one before it, and a line says so.
 *
 * @throws DataError, that of the newest, when there are checkpoints and none is whole
 */
export async function latestCheckpoint(folder: string, options: FindOptions = {}): Promise<Checkpoint | undefined> {
  const listed = await listCheckpoints(resolve(folder));
  const found = await firstWhole(listed, options);
  if (found === "gone") return latestCheckpoint(folder, options);
  noteSeen(resolve(folder), listed[0]?.number);
  return found;
}

/**
 * The checkpoint with the best value, by the mode (min or max) of the newest that has one; of equals the first. A
 * damaged one is passed over for the next best, and a line says so. Undefined when none has a value.
 *
 * @throws DataError when there are such checkpoints and none is whole
 */
export async function bestCheckpoint(folder: string, options: FindOptions = {}): Promise<Checkpoint | undefined> {
  const { say = console.warn } = options;
  const listed = await listCheckpoints(resolve(folder));
  const note = (error: DataError) => say(`unroll: passed over a checkpoint that is not whole: ${error.message}`);
  const found = await firstWhole(await byValue(listed, note), options);
  return found === "gone" ? bestCheckpoint(folder, options) : found;
}

/** Those that have a value, the best first. @param damaged told of each whose JSON cannot be read, and is still there */
export async function byValue(
  listed: readonly Listed[],
  damaged: (error: DataError, path: string) => void,
): Promise<readonly Listed[]> {
  const valued: (Listed & { best: Best })[] = [];
  for (const each of listed) {
    const read = await attempt(() => readManifest(each.path));
    if (read instanceof DataError && (await isThere(each.path))) damaged(read, each.path);
    if (!(read instanceof DataError) && read.best !== null) valued.push({ ...each, best: read.best });
  }
  const sign = valued[0]?.best.mode === "max" ? -1 : 1;
  return valued.sort((a, b) => sign * (a.best.value - b.best.value) || a.number - b.number);
}

/** @returns "gone" when one was removed meanwhile: its writer had a newer one by then, so a second look finds more */
async function firstWhole(listed: readonly Listed[], { say = console.warn }: FindOptions) {
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

/** Whether something has that name, a link that leads nowhere among them: else a second look would follow for ever. */
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    (error) => errorCode(error) !== "ENOENT",
  );
