import type { TrainingRun } from "../../callback";

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
