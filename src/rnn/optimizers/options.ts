import type * as tf from "../../tf";
import type { Clipping } from "./extras/clipping";
import type { MovingAverageOptions } from "./extras/moving-average";
import type { PartRate } from "./extras/part-rates";

/** A learning rate: a number, or a schedule, which is a function of the number of steps done so far. */
export type LearningRate = number | ((step: number) => number);

export interface OptimizerOptions extends Clipping {
  /** Default: 0.001. */
  learningRate?: LearningRate;
  /** Multipliers of the learning rate for parts of the model. Default: none, 1 for all weights. */
  partRates?: readonly PartRate[];
  /**
   * The number of batches whose gradients are averaged for one update, each batch weighted by the number of its terms (of its
   * examples, where the loss is a scalar). So an update is that of the joined batch, in the memory of a small one. `step`,
   * schedules and moments count updates; the batches of an update may lie in two epochs. Of a gradient in slices (see
   * `Embedding`) an update moves the rows that any of the batches looked up, and clips what their slices sum up to. Default: 1.
   */
  gradientAccumulationSteps?: number;
  /**
   * Keeps a moving average of each weight, TensorFlow 1.x's ExponentialMovingAverage, which is often better than the weights
   * of the last step. `swapAverages` puts the averages into the weights for an evaluation. Default: none.
   */
  movingAverage?: MovingAverageOptions;
}

/** What `applyGradients` may be told beside the gradients. */
export interface ApplyOptions {
  /** All variables of the model, frozen ones too. Default: those of the gradients. */
  variables?: readonly tf.Variable[];
  /** The number of terms of which the gradients are the mean; accumulated gradients are weighted by it. Default: 1. */
  count?: number;
}

export const OPTIONS = [
  ...["learningRate", "clipValue", "clipNorm", "globalClipNorm"],
  ...["partRates", "gradientAccumulationSteps", "movingAverage"],
];
