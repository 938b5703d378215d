import type * as tf from "../../../tf";

/**
 * The terms of a training loss. A step splits its batch into shards, and only sums add up over shards. So the loss returns
 *
 * - its terms, one for each example (or for each example and time step): the loss is their mean;
 * - or `{ terms, live }`, where those examples or time steps count whose `live` is 1 or true. `live` has the first axes of
 *   `terms`;
 * - or `{ sum, count }`, the sum of its terms and their number.
 *
 * A loss that returns a scalar, or a tensor whose size does not grow with the number of examples, is not split: its step
 * runs on the whole batch at once.
 */
export type SplitLoss =
  | tf.Tensor
  | { readonly sum: tf.Tensor; readonly count: tf.Tensor }
  | { readonly terms: tf.Tensor; readonly live: tf.Tensor };

/**
 * A loss of several parts by name, such as one for each output of a model: Σ wₖ·(sumₖ / countₖ) with the `lossWeights` wₖ.
 * The sum and the count of each part are added over the shards on their own. No part may be named `sum`, `count`, `terms`,
 * `live`, `loss` or `aux`.
 */
export type LossParts = { readonly [part: string]: SplitLoss };

/** A tensor, or a list or a record of trees of tensors, such as the state of a cell. */
export type TensorTree = tf.Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** What a loss may return. */
export type LossResult = SplitLoss | LossParts;

/**
 * A loss and further tensors, which its step returns beside it. A tensor whose first axis grows with the number of examples
 * is joined over the shards, in the order of the examples; any other one is a sum, such as that of a `{ sum, count }`, and
 * is added up. The gradient does not look at them.
 */
export interface LossWithAux {
  readonly loss: LossResult;
  readonly aux: TensorTree;
}

/** What the random numbers of a training step depend on. Unrollers take it as `training`. */
export interface StepTraining {
  readonly seed: number;
  /** The number of the step, from 0. */
  readonly step: tf.Scalar;
}

/**
 * A loss of a batch's tensors. After them, it is given a `StepTraining`. A rest parameter gets it too, as its last value, and so
 * its type must end with it: `(...given: [...tf.Tensor[], StepTraining]) => …`.
 */
// biome-ignore lint/suspicious/noExplicitAny: any tensors; which ones, the function itself says
export type StepLoss = (...given: any[]) => LossResult | LossWithAux;

/** The batch of a loss: its parameters, except a last one that takes a `StepTraining`. */
export type BatchOf<Loss extends StepLoss> =
  Parameters<Loss> extends [...infer Batch, infer Last]
    ? unknown extends Last
      ? Parameters<Loss>
      : StepTraining extends Last
        ? Batch
        : Parameters<Loss>
    : Parameters<Loss>;

/** Refuses a loss with a rest parameter whose type does not say that its last value is a `StepTraining`. */
export type DeclaresTraining<Loss extends StepLoss> = number extends Parameters<Loss>["length"]
  ? unknown extends Parameters<Loss>[number]
    ? unknown
    : Parameters<Loss> extends [...unknown[], StepTraining]
      ? unknown
      : (...given: [...tf.Tensor[], StepTraining]) => LossResult | LossWithAux
  : unknown;
