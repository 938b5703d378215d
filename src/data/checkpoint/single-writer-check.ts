import { DataError } from "../errors";
import type { ListedCheckpoint } from "./folder";

/** For each folder, the newest checkpoint that this process wrote, or found when it looked for the latest one. */
const seen = new Map<string, number>();

/** Remembers the newest number in a folder. */
export function noteSeen(folder: string, number: number | undefined): void {
  if (number !== undefined) seen.set(folder, number);
}

/**
 * The single-writer check. It refuses to write when a second process trains into the same folder: a checkpoint newer
 * than the last one known here must come from another process. Of two such processes, the one that wrote last
 * continues, and the other gets this error. There is no lock file, because a killed process could leave one behind.
 *
 * @param older the checkpoints below the number to write
 * @throws DataError
 */
export function checkSingleWriter(folder: string, older: readonly ListedCheckpoint[]): void {
  const known = seen.get(folder);
  const newest = older[0]?.number;
  if (known === undefined || newest === undefined || newest <= known) return;
  const expected = `checkpoint ${known} to be the newest, as this process knows it (latestCheckpoint takes up the newest)`;
  throw new DataError(folder, "writers", expected, `checkpoint ${newest} of another process`);
}
