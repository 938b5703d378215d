import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";
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
