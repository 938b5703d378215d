import * as tf from "../../tf";
import { CompileError } from "../errors";

/**
 * What a training loss returns. A step splits its batch into shards, and only sums add up over shards. So the loss returns
 *
 * - its terms, one for each example (or for each example and time step): the loss is their mean;
 * - or `{ sum, count }`, the sum of its terms and their number, where a mask leaves some terms out.
 *
 * A loss that returns a scalar, or a tensor whose size does not grow with the number of examples, is not split: its step
 * runs on the whole batch at once.
 */
export type SplitLoss = tf.Tensor | { readonly sum: tf.Tensor; readonly count: tf.Tensor };

/** What the random numbers of a training step depend on. Unrollers take it as `training`. */
export interface StepTraining {
  readonly seed: number;
  /** The number of the step, from 0. */
  readonly step: tf.Scalar;
}

/**
 * A loss of a batch's tensors. After them, it is given a `StepTraining`.
 */
// biome-ignore lint/suspicious/noExplicitAny: any tensors; which ones, the function itself says
export type StepLoss = (...given: any[]) => SplitLoss;

/** The batch of a loss: its parameters, except a last one that takes a `StepTraining`. */
export type BatchOf<Loss extends StepLoss> =
  Parameters<Loss> extends [...infer Batch, infer Last]
    ? unknown extends Last
      ? Parameters<Loss>
      : StepTraining extends Last
        ? Batch
        : Parameters<Loss>
    : Parameters<Loss>;

/** What a loss returned, read as sums. */
export interface LossTerms {
  readonly sum: tf.Tensor;
  readonly count: tf.Tensor;
  /** Whether the loss may be split into shards: it returned more than a scalar. */
  readonly splits: boolean;
  /** The number of terms; undefined where the loss returned `{ sum, count }`. */
  readonly size?: number;
}

/** Reads what a loss returned. @throws CompileError when it is not a SplitLoss */
export function readTerms(result: SplitLoss): LossTerms {
  if (result instanceof tf.Tensor && result.dtype === "float32") {
    return { sum: result, count: tf.scalar(result.size), splits: result.rank > 0, size: result.size };
  }
  const { sum, count } = (result ?? {}) as { sum?: unknown; count?: unknown };
  if (sum instanceof tf.Tensor && sum.dtype === "float32" && count instanceof tf.Tensor) {
    return { sum, count, splits: true };
  }
  const got = result instanceof tf.Tensor ? `a tensor of ${result.dtype}` : typeof result;
  throw new CompileError(`trainStep: the loss must return a float32 tensor, or { sum, count } of tensors; got ${got}`);
}
