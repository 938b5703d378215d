import * as tf from "../../../tf";
import { checkOptions, checkTensor, describe } from "../../checks";
import { ArgumentError } from "../../errors";
import { stopGradient } from "../../stop-gradient";
import { sigmoidCrossEntropyWithLogits, softmaxCrossEntropyWithLogits } from "../losses";
import { checkSampledInputs, type SampledLossInputs, sampledLogits } from "./sampled-logits";
import type { SampledValues } from "./sampled-values";

export interface SampledLossOptions extends SampledLossInputs {
  /** `[numClasses]` */
  biases: tf.Tensor1D;
  /** What `CandidateSampler.sample` drew, as tensors. */
  sampledValues: SampledValues;
  /**
   * Whether a candidate that is one of an example's true classes counts nothing for that example. Default: false for
   * `nceLoss`, true for `sampledSoftmaxLoss`, as in TensorFlow 1.x.
   */
  removeAccidentalHits?: boolean;
}

/**
 * Noise-contrastive estimation (Gutmann and Hyvärinen 2010): logistic regression tells the true classes from candidates
 * that were drawn from a known distribution Q. TensorFlow 1.x's `tf.nn.nce_loss`, with its numbers.
 *
 *   logitᵢₖ = inputsᵢ·weightsₖ + biasesₖ − log E[count of k]
 *   lossᵢ   = Σ over true and sampled k of the sigmoid cross-entropy of logitᵢₖ, with labels 1 / numTrue and 0
 *
 * The number of classes is that of `weights`, numTrue is that of `labels`, and `sampledValues` must be given: there is no
 * sampler inside the loss, so that the same step always draws the same candidates.
 *
 * @example
 *   const [weights, biases] = [tf.randomNormal<tf.Rank.R2>([5000, 16]), tf.zeros<tf.Rank.R1>([5000])];
 *   const labels = { data: Int32Array.of(4, 17), shape: [2, 1] as const }; // [batch, numTrue]
 *   const sampler = logUniformCandidateSampler({ numSampled: 64, rangeMax: 5000, seed: 42 });
 *   const { sampledCandidates: ids, sampledExpectedCount: counts, trueExpectedCount } = sampler.sample(0, labels); // step 0
 *   const candidates = { sampledCandidates: toTensor(ids), sampledExpectedCount: toTensor(counts) };
 *   const sampledValues = { ...candidates, trueExpectedCount: toTensor(trueExpectedCount) };
 *   const terms = nceLoss({ weights, biases, labels: toTensor(labels), inputs: tf.ones([2, 16]), sampledValues });
 *
 * `sampledSoftmaxLoss` shows a compiled step, where the candidates are `shared`; `firstRows` shows `fit`.
 *
 * @returns `[batch]`, a term for each example
 * @throws ArgumentError when a shape or dtype is wrong, or a class is outside the classes. In a compiled function the
 *   gather of the weights refuses such a class
 */
export function nceLoss(options: SampledLossOptions): tf.Tensor1D {
  return tf.tidy(() => {
    const [trueLogits, sampled] = correctedLogits("nceLoss", options, false);
    const numTrue = trueLogits.shape[1];
    const trueTerms = sigmoidCrossEntropyWithLogits(tf.fill(trueLogits.shape, 1 / numTrue), trueLogits);
    return tf.add(tf.sum(trueTerms, 1), tf.sum(tf.softplus(sampled), 1)) as tf.Tensor1D;
  });
}

/**
 * The softmax cross-entropy over the true classes and the candidates alone, where a softmax over all classes would cost
 * too much (Jean et al. 2014, arXiv:1412.2007). TensorFlow 1.x's `tf.nn.sampled_softmax_loss`, with its numbers. It is for
 * training; to evaluate, compute the full softmax: inputs·weightsᵀ + biases.
 *
 *   logitᵢₖ = inputsᵢ·weightsₖ + biasesₖ − log E[count of k]         for the true and sampled k
 *   lossᵢ   = softmax cross-entropy of these logits, with labels 1 / numTrue for the true classes
 *
 * @example
 *   const [weights, biases] = [tf.variable(tf.ones<tf.Rank.R2>([50, 4])), tf.variable(tf.zeros<tf.Rank.R1>([50]))];
 *   type Given = [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.Tensor2D];
 *   const loss = (...[inputs, labels, sampledCandidates, sampledExpectedCount, trueExpectedCount]: Given) =>
 *     sampledSoftmaxLoss({ weights, biases, labels, inputs, sampledValues: { sampledCandidates, trueExpectedCount, sampledExpectedCount } });
 *   const step = trainStep(loss, { variables: [weights, biases], optimizer: new AdamOptimizer() });
 *   const labels = { data: Int32Array.of(4, 17), shape: [2, 1] as const };
 *   const drawn = logUniformCandidateSampler({ numSampled: 8, rangeMax: 50 }).sample(step.iteration, labels);
 *   step(tf.ones([2, 4]), toTensor(labels), shared(toTensor(drawn.sampledCandidates)), shared(toTensor(drawn.sampledExpectedCount)), toTensor(drawn.trueExpectedCount));
 *
 * @returns `[batch]`, a term for each example
 * @throws ArgumentError as `nceLoss`
 */
export function sampledSoftmaxLoss(options: SampledLossOptions): tf.Tensor1D {
  return tf.tidy(() => {
    const [trueLogits, sampled] = correctedLogits("sampledSoftmaxLoss", options, true);
    const numTrue = trueLogits.shape[1];
    const labels = tf.concat([tf.fill(trueLogits.shape, 1 / numTrue), tf.zeros(sampled.shape)], 1) as tf.Tensor2D;
    return softmaxCrossEntropyWithLogits(labels, tf.concat([trueLogits, sampled], 1));
  });
}

const KEYS = ["weights", "biases", "labels", "inputs", "sampledValues", "removeAccidentalHits"];

/** The logits of the true classes and of the candidates, less the logarithms of their expected counts. */
function correctedLogits(
  where: string,
  options: SampledLossOptions,
  removedByDefault: boolean,
): [trueLogits: tf.Tensor2D, sampledLogits: tf.Tensor2D] {
  checkOptions(where, options, KEYS);
  const { biases, labels, sampledValues, removeAccidentalHits = removedByDefault } = options;
  checkOptions(`${where}: sampledValues`, sampledValues, [
    "sampledCandidates",
    "trueExpectedCount",
    "sampledExpectedCount",
  ]);
  const { sampledCandidates: ids, trueExpectedCount, sampledExpectedCount } = sampledValues;
  if (biases === undefined)
    throw new ArgumentError(where, "biases", "a tensor of shape [numClasses]", describe(biases));
  checkSampledInputs(where, options, { name: "sampledValues.sampledCandidates", ids }, biases);
  checkTensor(where, "sampledValues.trueExpectedCount", trueExpectedCount, labels.shape);
  checkTensor(where, "sampledValues.sampledExpectedCount", sampledExpectedCount, ids.shape);
  const [trueLogits, sampled] = sampledLogits(options, ids, biases);
  const kept = removeAccidentalHits ? withoutHits(sampled, labels, ids) : sampled;
  return [
    tf.sub(trueLogits, stopGradient(tf.log(trueExpectedCount))),
    tf.sub(kept, stopGradient(tf.log(sampledExpectedCount))),
  ];
}

/** The most negative float32: TensorFlow adds it to the logits of accidental hits, whose probability is then 0. */
const REMOVED = -3.4028234663852886e38;

/**
 * Removes the candidates that are true classes of an example. (Where a sampler that is not unique draws a class twice,
 * TensorFlow's kernel removes the last of the two alone; here both go.)
 */
function withoutHits(logits: tf.Tensor2D, labels: tf.Tensor2D, ids: tf.Tensor): tf.Tensor2D {
  const candidates = tf.expandDims(ids, -2); // [1, numSampled], or [batch, 1, numSampled]
  const hits = tf.any(tf.equal(tf.expandDims(labels, 2), candidates), 1);
  return tf.add(logits, tf.mul(hits.toFloat(), REMOVED));
}
