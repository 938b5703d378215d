import { basename, join } from "node:path";
import { checkPath } from "../files/check-path";
import { namesIn } from "../files/unfinished";

/** The two files of a checkpoint. */
export const TENSORS = "tensors.safetensors";
export const MANIFEST = "checkpoint.json";

/** The name of a file of records, which stands beside the checkpoints. @param file eight hexadecimal digits */
export const historyName = (file: string): string => `history-${file}.jsonl`;

/** The files of records in a folder, by the digits in their names. @throws DataError when the folder cannot be read */
export async function listHistories(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).flatMap((name) => /^history-([0-9a-f]{8})\.jsonl$/.exec(name)?.[1] ?? []);
}

/** A checkpoint's folder, found by its name; the checkpoint may be damaged. */
export interface ListedCheckpoint {
  readonly number: number;
  readonly path: string;
}

/**
 * The name of a checkpoint's folder: "checkpoint-000000012". Nine digits make names sort like numbers below a thousand
 * million.
 */
export const nameOf = (number: number): string => `checkpoint-${String(number).padStart(9, "0")}`;

/** The number in a checkpoint's name, or undefined for any other name. */
export function numberIn(path: string): number | undefined {
  const name = basename(path);
  const number = Number(/^checkpoint-(\d{9,16})$/.exec(name)?.[1]);
  return Number.isSafeInteger(number) && nameOf(number) === name ? number : undefined;
}

/**
 * The checkpoints in a folder, the newest first; an empty list when there is no such folder.
 *
 * @example
 *   for (const { number, path } of await listCheckpoints("runs/first")) console.log(number, path);
 *
 * @throws DataError when the path is empty, or the folder cannot be read
 */
export async function listCheckpoints(folder: string): Promise<readonly ListedCheckpoint[]> {
  checkPath("listCheckpoints", "folder", folder);
  const listed = (await namesIn(folder)).map((name) => ({ number: numberIn(name) ?? -1, path: join(folder, name) }));
  return listed.filter(({ number }) => number >= 0).sort((a, b) => b.number - a.number);
}
