import { DataError } from "../../../data";
import type { TrainingRun } from "../../callback";

const FULL: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
};

/** The error of a file that a callback cannot write. @param reason the code of a system call, or words */
export function fileError(file: string, reason: string): DataError {
  const isFull = reason in FULL || /no space left|quota/i.test(reason);
  const actual = FULL[reason] === undefined ? reason : `${reason}, ${FULL[reason]}`;
  return isFull
    ? new DataError(file, "disk", "room for the values of an epoch", actual)
    : new DataError(file, "access", "a place that can be written", actual);
}

/**
 * The first failure of a callback that writes a file. It ends the training in order, after the epoch: all callbacks see the
 * epoch, `ModelCheckpoint` writes its last checkpoint, and only then does `onTrainEnd` throw the error. An error at once would
 * lose what the training has learned since the last checkpoint.
 */
export class WriteFailure {
  private first: unknown;

  clear(): void {
    this.first = undefined;
  }

  /** Writes, unless a write failed before. */
  guard(run: Pick<TrainingRun, "stop"> | undefined, write: () => void): void {
    if (this.first !== undefined) return;
    try {
      write();
    } catch (error) {
      this.keep(error);
      run?.stop((error as Error).message);
    }
  }

  /** Keeps an error of the end, where there was none before. */
  keep(error: unknown): void {
    this.first ??= error;
  }

  /** @throws the failure, where there was one */
  rethrow(): void {
    const { first } = this;
    this.clear();
    if (first !== undefined) throw first;
  }
}
