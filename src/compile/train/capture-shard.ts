import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { Signature, Trace } from "../ir/trace";
import { hasReplicatedCount } from "../shard/replicated-count";
import { shardCount } from "../shard/shards";
import { type CapturedGradients, captureGradients, countTerms } from "./capture-gradients";
import type { StepLoss } from "./loss-terms";
import type { TrainStepOptions } from "./options";
import type { StepSource } from "./step-plan";

/** A batch as the loss takes it. */
export interface Batch {
  /** The number of examples. */
  readonly size: number;
  /** The loss's arguments. */
  readonly signatures: readonly Signature[];
  /** Tensors of those shapes and types, to capture the loss on. */
  readonly sample: readonly tf.Tensor[];
  /** Disposes of the sample, unless it is the caller's batch. */
  dispose(): void;
}

/** @throws CompileError when the batch is empty, or its tensors differ in their first size */
export function readBatch({ batch, signatures, isGathered }: Omit<StepSource, "slots" | "scalars">): Batch {
  if (!isGathered) return { size: batchSizeOf(signatures), signatures, sample: batch, dispose: () => {} };
  const data = signatures.slice(0, -1);
  const size = signatures.at(-1)?.shape[0] ?? 0;
  batchSizeOf(data);
  if (size === 0) throw new CompileError("trainStep: expected at least one row, got none");
  const gathered = data.map(({ shape, dtype }) => ({ shape: [size, ...shape.slice(1)], dtype }));
  const sample = gathered.map(({ shape }, i) => tf.zeros(shape, batch[i]?.dtype));
  return { size, signatures: gathered, sample, dispose: () => tf.dispose(sample) };
}

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

function batchSizeOf(signatures: readonly Signature[]): number {
  const sizes = signatures.filter(({ shape }) => shape.length > 0).map(({ shape }) => shape[0]);
  const [size] = sizes;
  if (size === undefined) throw new CompileError("trainStep: expected a batch's tensors, got none with a first axis");
  if (sizes.some((other) => other !== size)) {
    throw new CompileError(`trainStep: expected tensors of one batch size, got first sizes ${sizes.join(", ")}`);
  }
  if (size === 0) throw new CompileError("trainStep: expected at least one example, got a batch of none");
  return size;
}
