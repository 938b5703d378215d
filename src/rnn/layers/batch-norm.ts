import { updateVariable } from "../../compile/internal";
import * as tf from "../../tf";
import { checkBelowOne, checkCount, checkOptions, checkPositive, checkTensor } from "../checks";
import { named } from "../named";
import { checkTraining, type Training } from "../random-key";
import { liveSteps, type SequenceLength } from "../time/lengths";
import { weight } from "../weights/weights";

export interface BatchNormOptions {
  /** Features of the inputs, the size of the last axis. Required. */
  inputSize: number;
  /** m, the share of a moving average that a training step keeps, from 0 to below 1. Default: 0.99. */
  momentum?: number;
  /** ε, added to the variance. Default: 1e-3. */
  epsilon?: number;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015, arXiv:1502.03167), as TensorFlow 1.x's `tf.layers.batch_normalization` and
 * Keras's `BatchNormalization` compute it without fusion. Mean and variance are those of each feature, over all other axes.
 *
 *   y        = γ∘(x − mean) / √(variance + ε) + β
 *   mean     = the batch's in training, else movingMean; likewise the variance, divided by the number of values
 *   movingMean     ← m·movingMean + (1 − m)·mean             at each training step
 *   movingVariance ← m·movingVariance + (1 − m)·variance
 *
 * A training step is one call with `training`, the very object that the loss or the model's `call` was given: `trainStep`
 * and `fit` assign the moving averages when they have found the step finite. With a `{ seed, step }` of your own they are
 * assigned at the call. Outside of a compiled step, `compile` refuses a call with `training`.
 *
 * The batch's statistics are those of the whole batch, so a compiled step with such a layer is not cut into shards, which
 * takes longer on several cores; `LayerNorm` needs no batch and is the better choice for recurrent networks.
 *
 * @example
 *   const norm = new BatchNorm({ inputSize: 4 });
 *   const x = tf.randomNormal([32, 10, 4]); // [batch, nSteps, features]
 *   const trained = norm.call(x, { seed: 7, step: 0 }); // each feature has mean 0 and variance 1
 *   const tested = norm.call(x); // by the moving averages
 *
 * @throws ArgumentError when the size is not a positive whole number, another option is out of range, or is unknown
 */
export class BatchNorm {
  readonly inputSize: number;
  readonly momentum: number;
  readonly epsilon: number;
  /** γ, `[inputSize]`, starts at 1. */
  readonly gamma: tf.Variable<tf.Rank.R1>;
  /** β, `[inputSize]`, starts at 0. */
  readonly beta: tf.Variable<tf.Rank.R1>;
  /** `[inputSize]`, starts at 0. No gradient moves it: its `trainable` is false. */
  readonly movingMean: tf.Variable<tf.Rank.R1>;
  /** `[inputSize]`, starts at 1, like `movingMean`. */
  readonly movingVariance: tf.Variable<tf.Rank.R1>;

  constructor(options: BatchNormOptions) {
    checkOptions("BatchNorm", options, ["inputSize", "momentum", "epsilon"]);
    const { inputSize, momentum = 0.99, epsilon = 1e-3 } = options;
    checkCount("BatchNorm", "inputSize", inputSize);
    checkBelowOne("BatchNorm", "momentum", momentum);
    checkPositive("BatchNorm", "epsilon", epsilon);
    this.inputSize = inputSize;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.gamma = weight(() => tf.ones([inputSize]));
    this.beta = weight(() => tf.zeros([inputSize]));
    this.movingMean = weight(() => tf.zeros([inputSize]));
    this.movingVariance = weight(() => tf.ones([inputSize]));
    for (const variable of this.movingAverages) variable.trainable = false;
  }

  get weights(): Record<string, tf.Variable> {
    const { gamma, beta, movingMean, movingVariance } = this;
    const scope = "batch_normalization";
    const weights = { [`${scope}/gamma`]: gamma, [`${scope}/beta`]: beta };
    return { ...weights, [`${scope}/moving_mean`]: movingMean, [`${scope}/moving_variance`]: movingVariance };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  /** γ and β: the `variables` of a `trainStep`, or of `minimize`. */
  get trainableVariables(): tf.Variable[] {
    return [this.gamma, this.beta];
  }

  /** The moving averages: they belong to the `frozen` variables of a `trainStep`. */
  get movingAverages(): tf.Variable[] {
    return [this.movingMean, this.movingVariance];
  }

  /**
   * @param inputs `[batch, …, inputSize]`
   * @param training given in training only: the batch's own statistics are used, and move the averages
   * @param sequenceLength live time steps of each sequence, int32 `[batch]`, for inputs `[batch, nSteps, inputSize]`: what
   *   is past the end, NaN included, is in no statistic, and its outputs are 0. Default: all time steps
   * @returns a tensor of the same shape
   * @throws ArgumentError that names the expected and the actual shape
   * @throws CompileError in the loop of a compiled `scan` or long `dynamicRnn`, and in a `compile`d function
   */
  call<T extends tf.Tensor>(inputs: T, training?: Training, sequenceLength?: SequenceLength): T {
    const lead = (inputs?.shape ?? []).slice(0, -1).map((_, axis) => (axis === 0 ? "batch" : "any size"));
    const words = sequenceLength === undefined ? (lead.length > 0 ? lead : ["batch"]) : ["batch", "nSteps"];
    checkTensor("BatchNorm.call", "inputs", inputs, [...words, this.inputSize]);
    if (training !== undefined) checkTraining("BatchNorm.call", training);
    return named(this, () => {
      const live = sequenceLength && liveElements(inputs, sequenceLength);
      const x = blank(live, inputs); // also where no statistic is taken: a NaN would reach the gradient of γ
      const [mean, variance] =
        training === undefined ? [this.movingMean, this.movingVariance] : this.statistics(x, live, training);
      const scale = tf.mul(tf.rsqrt(tf.add(variance, this.epsilon)), this.gamma);
      return blank(live, tf.add(tf.mul(tf.sub(x, mean), scale), this.beta) as T);
    });
  }

  /** The batch's mean and variance, which move the averages. */
  private statistics(x: tf.Tensor, live: tf.Tensor | undefined, training: Training): [tf.Tensor, tf.Tensor] {
    const axes = x.shape.map((_, axis) => axis).slice(0, -1);
    const count = live && tf.maximum(tf.sum(live.toFloat(), axes), 1);
    const meanOf = (of: tf.Tensor) => (count ? tf.div(tf.sum(blank(live, of), axes), count) : tf.mean(of, axes));
    const mean = meanOf(x);
    const variance = meanOf(tf.square(tf.sub(x, mean)));
    const moved = (batch: tf.Tensor) => (average: tf.Tensor) =>
      tf.add(tf.mul(average, this.momentum), tf.mul(batch, 1 - this.momentum));
    updateVariable(training, this.movingMean, moved(mean));
    updateVariable(training, this.movingVariance, moved(variance));
    return [mean, variance];
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

/** Which elements of `[batch, nSteps, features]` are of live time steps, as booleans of the same shape. */
function liveElements(inputs: tf.Tensor, sequenceLength: SequenceLength): tf.Tensor | undefined {
  const [batch, nSteps] = inputs.shape as [number, number];
  const live = liveSteps("BatchNorm.call", sequenceLength, batch, nSteps);
  return live && tf.logicalAnd(tf.transpose(live, [1, 0, 2]), tf.onesLike(inputs).toBool());
}

/** Sets what is not live to 0. */
const blank = <T extends tf.Tensor>(live: tf.Tensor | undefined, x: T): T =>
  live === undefined ? x : (tf.where(live, x, tf.zerosLike(x)) as T);
