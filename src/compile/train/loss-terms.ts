import * as tf from "../../tf";
import { CompileError } from "../errors";

/**
 * What a training loss returns. A batch is cut into shards, and only sums add up: so either the loss's terms, one for
 * each example (or example and time step), whose mean is the loss; or their sum and their count, where a mask leaves
 * some out. A scalar, or a tensor that does not grow with the number of examples, does not split, and runs unsharded.
 */
export type SplitLoss = tf.Tensor | { readonly sum: tf.Tensor; readonly count: tf.Tensor };

/** The random numbers of a training step: what unrollers take as `training`. */
export interface StepTraining {
  readonly seed: number;
  readonly step: tf.Scalar;
}

/**
 * A loss of a batch's tensors. A last parameter of type `StepTraining` is given what the step's random numbers depend on.
 */
// biome-ignore lint/suspicious/noExplicitAny: any tensors; which ones, the function itself says
export type StepLoss = (...given: any[]) => SplitLoss;

/** The batch that a loss takes: its parameters, without the last one where a `StepTraining` can be given for it. */
export type BatchOf<Loss extends StepLoss> =
  Parameters<Loss> extends [...infer Batch, infer Last]
    ? unknown extends Last
      ? Parameters<Loss>
      : StepTraining extends Last
        ? Batch
        : Parameters<Loss>
    : Parameters<Loss>;

export interface Terms {
  readonly sum: tf.Tensor;
  readonly count: tf.Tensor;
  readonly splits: boolean;
  /** How many there are; undefined where the loss gives their sum and count. */
  readonly size?: number;
}

/** @throws CompileError when a loss is not what one may be */
export function termsOf(result: SplitLoss): Terms {
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
