/**
 * Runs a function on a shard. The error of a function says sizes of the shard, such as [2, 3], where the caller knows those of
 * the batch: its message is told which part of the batch it was.
 */
export function namingShard<T>(examples: number, batchSize: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (examples < batchSize && error instanceof Error) {
      error.message += ` (on a shard of ${examples} of ${batchSize} examples)`;
    }
    throw error;
  }
}
