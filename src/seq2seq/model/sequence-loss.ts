import { checkFunction, checkOptions, describe } from "../../arguments";
import { ArgumentError, sparseSoftmaxCrossEntropyWithLogits } from "../../rnn";
import { checkTensor } from "../../rnn/internal";
import * as tf from "../../tf";

export interface SequenceLossOptions {
  /** Sums over the time steps, and divides by their weights. Default: true, unless a `sumOver…` is true. */
  averageAcrossTimesteps?: boolean;
  /** Sums over the sentences, and divides by their weights. Default: true, unless a `sumOver…` is true. */
  averageAcrossBatch?: boolean;
  /** Sums over the time steps, and divides by the number of weights that are not 0. Default: false. */
  sumOverTimesteps?: boolean;
  /** Sums over the sentences, and divides by the number of weights that are not 0. Default: false. */
  sumOverBatch?: boolean;
  /** Computes one loss `[labels]` of class numbers `[labels]` and logits `[labels, classes]`. Default: the softmax's cross-entropy. */
  softmaxLossFunction?: (labels: tf.Tensor1D, logits: tf.Tensor2D) => tf.Tensor;
}

/**
 * The weighted cross-entropy of a batch of sequences: TensorFlow 1.x's `tf.contrib.seq2seq.sequence_loss`, with the numbers of
 * TensorFlow Addons' last version.
 *
 *   loss = Σ weight · crossEntropy / Σ weight       over time steps and batch, or one of them, or neither
 *
 * With weights of 1 before the end of each sequence and 0 after it, it is what `fit` computes with `crossEntropy` and a ragged y,
 * where the sum and the count are added up over all batches and shards before they are divided.
 *
 * @example
 *   const logits = tf.randomNormal<tf.Rank.R3>([2, 3, 10]);
 *   const targets = tf.tensor2d([[4, 5, 2], [6, 2, 0]], [2, 3], "int32");
 *   const weights: tf.Tensor2D = tf.cast(liveSteps(3, tf.tensor1d([3, 2], "int32")), "float32");
 *   const loss = sequenceLoss(logits, targets, weights); // a scalar, in nats a token
 *
 * @param logits `[batch, nSteps, classes]`
 * @param targets class numbers, int32 `[batch, nSteps]`
 * @param weights `[batch, nSteps]`
 * @returns a scalar; `[batch]` or `[nSteps]` where one axis is left; `[batch, nSteps]` where both are. 0 where the weights are 0
 * @throws ArgumentError when a shape, type or option is wrong, or both averages and sums are asked for
 */
export function sequenceLoss(
  logits: tf.Tensor3D,
  targets: tf.Tensor2D,
  weights: tf.Tensor2D,
  options: SequenceLossOptions = {},
): tf.Tensor {
  const { average, counted, softmaxLossFunction } = checked(options);
  checkTensor("sequenceLoss", "logits", logits, ["batch", "nSteps", "classes"]);
  const [batch, nSteps, classes] = logits.shape;
  checkTensor("sequenceLoss", "targets", targets, [batch, nSteps], "int32");
  checkTensor("sequenceLoss", "weights", weights, [batch, nSteps]);
  return tf.tidy(() => {
    const each = softmaxLossFunction(targets.flatten(), tf.reshape(logits, [-1, classes]) as tf.Tensor2D);
    const terms = tf.mul(tf.reshape(each, [batch, nSteps]), weights);
    const over = (axes: readonly number[], size: tf.Tensor) =>
      quotient(tf.sum(terms, [...axes]), tf.sum(size, [...axes]));
    const live = tf.notEqual(weights, 0).toFloat();
    if (average.length > 0) return over(average, weights);
    return counted.length > 0 ? over(counted, live) : terms;
  });
}

/** a / b, and 0 where b is 0: `tf.divNoNan` has no gradient. */
const quotient = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const isZero = tf.equal(b, 0);
  return tf.where(isZero, tf.zerosLike(a), tf.div(a, tf.where(isZero, tf.onesLike(b), b)));
};

interface Checked {
  /** The axes that are averaged, and those that are summed and divided by a count: 0 is the batch, 1 is time. */
  readonly average: readonly number[];
  readonly counted: readonly number[];
  readonly softmaxLossFunction: (labels: tf.Tensor1D, logits: tf.Tensor2D) => tf.Tensor;
}

const FLAGS = ["averageAcrossTimesteps", "averageAcrossBatch", "sumOverTimesteps", "sumOverBatch"] as const;

function checked(options: SequenceLossOptions): Checked {
  const where = "sequenceLoss";
  checkOptions(where, options, [...FLAGS, "softmaxLossFunction"]);
  for (const flag of FLAGS) {
    if (options[flag] === undefined || typeof options[flag] === "boolean") continue;
    throw new ArgumentError(where, flag, "true or false", describe(options[flag]));
  }
  const { sumOverTimesteps = false, sumOverBatch = false, softmaxLossFunction } = options;
  const isSum = sumOverTimesteps || sumOverBatch;
  const { averageAcrossTimesteps = !isSum, averageAcrossBatch = !isSum } = options;
  if (isSum && (averageAcrossTimesteps || averageAcrossBatch)) {
    throw new ArgumentError(where, "options", "averages or sums", "both: their order would change the numbers");
  }
  if (softmaxLossFunction !== undefined) checkFunction(where, "softmaxLossFunction", softmaxLossFunction);
  const axes = (batch: boolean, time: boolean) => [...(batch ? [0] : []), ...(time ? [1] : [])];
  return {
    average: axes(averageAcrossBatch, averageAcrossTimesteps),
    counted: axes(sumOverBatch, sumOverTimesteps),
    softmaxLossFunction: softmaxLossFunction ?? sparseSoftmaxCrossEntropyWithLogits,
  };
}
