import * as tf from "../../../tf";
import { CompileError } from "../../errors";
import type { Trace } from "../../ir/trace";
import { type ArgumentSignature, batchSizeOf, isReplicated } from "../../shard/argument";
import { namingShard } from "../../shard/naming-shard";
import { hasReplicatedCount } from "../../shard/replicated-count";
import { shardCount } from "../../shard/shards";
import { markSharedDraws } from "../../shard/shared-draws";
import type { StepOptions } from "../options";
import type { StepSource } from "../step-plan";
import { type CapturedGradients, captureGradients } from "./capture-gradients";
import { captureTerms, type LossShape, measureLoss } from "./capture-loss";
import type { StepLoss } from "./loss-terms";
import { notSummed } from "./read-loss";

/** A batch as the loss takes it. */
export interface Batch {
  /** The number of examples. */
  readonly size: number;
  /** The loss's arguments. */
  readonly signatures: readonly ArgumentSignature[];
  /** Tensors of those shapes and types, to capture the loss on. */
  readonly sample: readonly tf.Tensor[];
  /** Disposes of the sample, unless it is the caller's batch. */
  dispose(): void;
}

/** A loss and its gradients on one shard, and how the shards become the batch. */
export interface CapturedShard extends CapturedGradients {
  readonly shards: number;
  /** For each of the loss's further tensors: whether it is joined over the shards. The others are added up. */
  readonly joined: readonly boolean[];
  /**
   * The loss of the whole batch, to compare that of the shards with: see `captureTerms`. undefined where there is one shard.
   */
  readonly whole: Trace | undefined;
}

/** @throws CompileError when the batch is empty, or its tensors differ in their first size */
export function readBatch({
  batch,
  signatures,
  isGathered,
}: Pick<StepSource, "batch" | "signatures" | "isGathered">): Batch {
  if (!isGathered) return { size: sizeOf(signatures), signatures, sample: batch, dispose: () => {} };
  const data = signatures.slice(0, -1);
  const size = signatures.at(-1)?.shape[0] ?? 0;
  sizeOf(data);
  if (size === 0) throw new CompileError("trainStep: expected at least one row, got none");
  const gathered = data.map((each) => (isReplicated(each) ? each : { ...each, shape: [size, ...each.shape.slice(1)] }));
  const made = gathered.map((each, i) =>
    isReplicated(each) ? undefined : tf.zeros(each.shape as number[], batch[i]?.dtype),
  );
  const sample = made.map((each, i) => each ?? (batch[i] as tf.Tensor));
  return { size, signatures: gathered, sample, dispose: () => tf.dispose(made as tf.Tensor[]) };
}

/**
 * Captures a loss and its gradients on one shard of a batch; on the whole batch where the loss does not split. Disposes of
 * the batch's sample.
 *
 * @returns the trace of one shard, and how many shards there are
 */
export function captureShard(
  loss: StepLoss,
  batch: Batch,
  { variables, frozen, names, seed = 0, shards }: StepOptions,
): CapturedShard {
  const { size, sample } = batch;
  const isCut = batch.signatures.map((each) => !isReplicated(each));
  const options = { variables, frozen, names, seed, isCut };
  const captureOn = (examples: number) => captureGradients(loss, sample, { ...options, examples });
  const measureOn = (examples: number) => measureLoss(loss, sample, { ...options, examples });
  const shardSize = size / shardCount(size, shards);
  try {
    const captured = namingShard(shardSize, size, () => captureOn(shardSize));
    if (shardSize === size) return whole(captured);
    const joined = howToSplit(captured, batch, shardSize, measureOn);
    if (joined) {
      const whole = captureTerms(loss, sample, { ...options, examples: size });
      const trace = markSharedDraws(captured.trace, whole);
      return { ...captured, trace, shards: size / shardSize, joined, whole };
    }
    return whole(captureOn(size));
  } finally {
    batch.dispose();
  }
}

const whole = (captured: CapturedGradients): CapturedShard => ({
  ...captured,
  shards: 1,
  whole: undefined,
  joined: [...captured.shape.aux, ...captured.shape.updated].map(() => false),
});

/**
 * How the sums over shards are the batch's: the counts are a shard's, and the number of terms grows with the number of
 * examples, which is tried on another number of them.
 *
 * @returns for each of the further tensors whether it is joined over the shards; the others are added up. undefined where
 *   the loss may not be split
 */
function howToSplit(
  { trace, shape, indices }: CapturedGradients,
  { signatures }: Batch,
  shardSize: number,
  measureOn: (examples: number) => LossShape | undefined,
): boolean[] | undefined {
  const counts =
    shape.names === undefined ? [1] : shape.names.map((_, i) => trace.outputs.length - indices.size - 1 - i);
  if (shape.updated.length > 0) return undefined; // they are computed from the whole batch
  if (!shape.splits || counts.some((count) => hasReplicatedCount(trace, count, signatures))) return undefined;
  if (shape.aux.length === 0 && shape.terms.every((terms) => terms === undefined)) return [];
  const others = shardSize === 1 ? 2 : 1;
  const other = measureOn(others);
  const grows = (size = 0, otherSize = 0) => otherSize === (size / shardSize) * others;
  if (!shape.terms.every((terms, i) => terms === undefined || grows(terms, other?.terms[i]))) return undefined;
  const kinds = shape.aux.map((leaf, i) => kindOfAux(leaf.shape, other?.aux[i]?.shape, grows));
  if (kinds.includes(undefined)) return undefined;
  shape.aux.forEach(({ name, dtype }, i) => {
    if (kinds[i] === "summed" && dtype !== "float32") throw notSummed(name, dtype);
  });
  return kinds.map((kind) => kind === "joined");
}

/** How a further tensor of all shards is the batch's, by its shapes at two numbers of examples. */
function kindOfAux(
  shape: readonly number[],
  other: readonly number[] | undefined,
  grows: (size?: number, otherSize?: number) => boolean,
): "joined" | "summed" | undefined {
  if (other === undefined) return undefined;
  if (shape.join() === other.join()) return "summed";
  return grows(shape[0], other[0]) && shape.slice(1).join() === other.slice(1).join() ? "joined" : undefined;
}

/** @throws CompileError when the batch is empty, has no tensor with a first axis, or tensors of several first sizes */
function sizeOf(signatures: readonly ArgumentSignature[]): number {
  const size = batchSizeOf("trainStep", "step(…)", signatures);
  if (size === undefined) throw new CompileError("trainStep: expected a batch's tensors, got none with a first axis");
  if (size === 0) throw new CompileError("trainStep: expected at least one example, got a batch of none");
  return size;
}
