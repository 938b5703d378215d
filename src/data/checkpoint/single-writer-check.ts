import { DataError } from "../errors";
import type { Listed } from "./folder";

/** By folder, the newest checkpoint that this process has written or met when it looked for the latest. */
const seen = new Map<string, number>();

/** Notes the newest number in a folder. */
export function noteSeen(folder: string, number: number | undefined): void {
  if (number !== undefined) seen.set(folder, number);
}

/**
 * Refuses to write beside a second process that trains into the same folder: a checkpoint newer than the last one here
 * is another's. So of two, the one that wrote last goes on, and the other is told. No lock is kept for that, which a
 * killed process could leave behind.
 *
 * @param older the checkpoints below the number to write
 * @throws DataError
 */
export function checkSingleWriter(folder: string, older: readonly Listed[]): void {
  const known = seen.get(folder);
  const newest = older[0]?.number;
  if (known === undefined || newest === undefined || newest <= known) return;
  const expected = `checkpoint ${known} to be the newest, as this process knows it (latestCheckpoint takes up the newest)`;
  throw new DataError(folder, "writers", expected, `checkpoint ${newest} of another process`);
}
