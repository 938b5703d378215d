import type { Trace } from "../ir/trace";
import { hasReplicatedCount } from "../shard/replicated-count";
import { shardCount } from "../shard/shards";
import { type CapturedGradients, captureGradients, countTerms } from "./capture-gradients";
import type { StepLoss } from "./loss-terms";
import type { TrainStepOptions } from "./options";
import type { Batch } from "./read-batch";

/**
 * Captures a loss and its gradients on one shard of a batch; on the whole batch where the loss does not split. Disposes of
 * the batch's sample.
 *
 * @returns the trace of one shard, and the number of shards
 */
export function captureShard(
  loss: StepLoss,
  batch: Batch,
  { variables, frozen = [], seed = 0, shards }: TrainStepOptions,
): { trace: Trace; shards: number } {
  const { size, sample } = batch;
  const captureOn = (examples: number) => captureGradients(loss, sample, { variables, frozen, seed, examples });
  const countOn = (examples: number) => countTerms(loss, sample, { variables, frozen, seed, examples });
  const shardSize = size / shardCount(size, shards);
  try {
    const captured = captureOn(shardSize);
    if (shardSize === size) return { trace: captured.trace, shards: 1 };
    if (splits(captured, batch, shardSize, countOn)) return { trace: captured.trace, shards: size / shardSize };
    return { trace: captureOn(size).trace, shards: 1 };
  } finally {
    batch.dispose();
  }
}

/**
 * Whether the sums over shards are the batch's: the count is a shard's, and the number of terms grows with the number of
 * examples, which is tried on another number of them.
 */
function splits(
  { trace, splits, terms }: CapturedGradients,
  { signatures }: Batch,
  shardSize: number,
  countOn: (examples: number) => number | undefined,
): boolean {
  if (!splits || hasReplicatedCount(trace, signatures)) return false;
  const others = shardSize === 1 ? 2 : 1;
  return terms === undefined || countOn(others) === (terms / shardSize) * others;
}
