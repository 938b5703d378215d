import { IndexRangeError } from "../engine/index-errors";
import { CompileError } from "../errors";

/**
 * Runs a function on a shard. An error of it may say sizes of the shard, such as [2, 3], where the caller knows those of the
 * batch: the message is told which part of the batch it was. (Our own errors do not depend on the shard, but for the position of a wrong index.)
 */
export function namingShard<T>(examples: number, batchSize: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const isEngines = !(error instanceof CompileError) || error instanceof IndexRangeError;
    if (examples < batchSize && error instanceof Error && isEngines) {
      error.message += ` (on a shard of ${examples} of ${batchSize} examples)`;
    }
    throw error;
  }
}
