import * as tf from "../../tf";
import { checkOptions, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import {
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "./losses";

export interface LabelSmoothingOptions {
  /**
   * s, from 0 to 1: the share of a label that is spread evenly over all classes (Szegedy et al. 2016,
   * arXiv:1512.00567), so that the model is not driven to infinite logits. Default: 0, no smoothing.
   */
  labelSmoothing?: number;
}

/**
 * Cross-entropy between smoothed class probabilities and the softmax of logits, one value for each example. TensorFlow
 * 1.x's `tf.losses.softmax_cross_entropy` with `Reduction.NONE`.
 *
 *   labels' = labels·(1 − s) + s / classes
 *   lossᵢ   = Σₖ labels'ᵢₖ · (log Σⱼ exp(logitsᵢⱼ) − logitsᵢₖ)
 *
 * @example
 *   const labels = tf.tensor2d([[0, 0, 1], [1, 0, 0]]); // [batch, classes]
 *   const logits = tf.tensor2d([[0, 1, 3], [2, 0, -1]]);
 *   const loss = tf.mean(softmaxCrossEntropy(labels, logits, { labelSmoothing: 0.1 }));
 *
 * @param onehotLabels float32 `[batch, classes]`. The probabilities of one example add up to 1
 * @param logits `[batch, classes]`
 * @returns `[batch]`, in nats
 * @throws ArgumentError when a shape or dtype is wrong, or the smoothing is not from 0 to 1
 */
export function softmaxCrossEntropy(
  onehotLabels: tf.Tensor2D,
  logits: tf.Tensor2D,
  options: LabelSmoothingOptions = {},
): tf.Tensor1D {
  const where = "softmaxCrossEntropy";
  const smoothing = smoothingOf(where, options);
  checkTensor(where, "logits", logits, ["batch", "classes"]);
  checkTensor(where, "onehotLabels", onehotLabels, logits.shape);
  if (smoothing === 0) return softmaxCrossEntropyWithLogits(onehotLabels, logits);
  return tf.tidy(() =>
    softmaxCrossEntropyWithLogits(smoothed(onehotLabels, smoothing, 1 / (logits.shape[1] as number)), logits),
  );
}

/**
 * The same for class indices. TensorFlow 1.x's `tf.losses.sparse_softmax_cross_entropy` has no label smoothing; here it
 * is the smoothing of the one-hot labels.
 *
 *   lossᵢ = (1 − s)·(log Σₖ exp(logitsᵢₖ) − logitsᵢ,ₗ) + s·meanₖ(log Σⱼ exp(logitsᵢⱼ) − logitsᵢₖ)        where l = labelsᵢ
 *
 * @example
 *   const labels = tf.tensor1d([2, 0], "int32");
 *   const logits = tf.tensor2d([[0, 1, 3], [2, 0, -1]]); // [batch, classes]
 *   const loss = tf.mean(sparseSoftmaxCrossEntropy(labels, logits, { labelSmoothing: 0.1 }));
 *
 * @param labels int32 `[batch]`, each from 0 to classes − 1
 * @param logits `[batch, classes]`
 * @returns `[batch]`, in nats
 * @throws ArgumentError when a shape or dtype is wrong, a label is outside the classes, or the smoothing is not from 0 to
 *   1. In a compiled function the loss of such a label is NaN instead, because labels cannot be read there
 */
export function sparseSoftmaxCrossEntropy(
  labels: tf.Tensor1D,
  logits: tf.Tensor2D,
  options: LabelSmoothingOptions = {},
): tf.Tensor1D {
  const smoothing = smoothingOf("sparseSoftmaxCrossEntropy", options);
  return tf.tidy(() => {
    const sharp = sparseSoftmaxCrossEntropyWithLogits(labels, logits);
    if (smoothing === 0) return sharp;
    const even = tf.fill(logits.shape, smoothing / logits.shape[1]) as tf.Tensor2D;
    return tf.add(tf.mul(sharp, 1 - smoothing), softmaxCrossEntropyWithLogits(even, logits));
  });
}

/**
 * Cross-entropy between smoothed labels from 0 to 1 and the logistic function of logits, element by element. TensorFlow
 * 1.x's `tf.losses.sigmoid_cross_entropy` with `Reduction.NONE`.
 *
 *   labels' = labels·(1 − s) + s/2
 *
 * @example
 *   const logits = tf.tensor2d([[-2, 0.5], [3, 1]]); // any shape
 *   const labels = tf.tensor2d([[0, 1], [1, 1]]);
 *   const loss = tf.mean(sigmoidCrossEntropy(labels, logits, { labelSmoothing: 0.1 }));
 *
 * @param multiClassLabels float32, of any shape: 0 or 1 where an event is known
 * @param logits a tensor of the same shape
 * @returns a tensor of the same shape, in nats
 * @throws ArgumentError when the shapes differ, or the smoothing is not from 0 to 1
 */
export function sigmoidCrossEntropy(
  multiClassLabels: tf.Tensor,
  logits: tf.Tensor,
  options: LabelSmoothingOptions = {},
): tf.Tensor {
  const where = "sigmoidCrossEntropy";
  const smoothing = smoothingOf(where, options);
  checkTensor(where, "logits", logits, logits?.shape ?? []);
  checkTensor(where, "multiClassLabels", multiClassLabels, logits.shape);
  if (smoothing === 0) return sigmoidCrossEntropyWithLogits(multiClassLabels, logits);
  return tf.tidy(() => sigmoidCrossEntropyWithLogits(smoothed(multiClassLabels, smoothing, 0.5), logits));
}

const smoothed = <T extends tf.Tensor>(labels: T, smoothing: number, even: number): T =>
  tf.add(tf.mul(labels, 1 - smoothing), smoothing * even) as T;

/** @throws ArgumentError when the smoothing is not from 0 to 1 */
function smoothingOf(where: string, options: LabelSmoothingOptions): number {
  checkOptions(where, options, ["labelSmoothing"]);
  const { labelSmoothing = 0 } = options;
  if (typeof labelSmoothing === "number" && labelSmoothing >= 0 && labelSmoothing <= 1) return labelSmoothing;
  throw new ArgumentError(where, "labelSmoothing", "a number from 0 to 1", describe(labelSmoothing));
}
