import * as tf from "../../../tf";
import { checkOptions } from "../../checks";
import { checkSampledInputs, type SampledLossInputs, sampledLogits } from "./sampled-logits";

export interface NegativeSamplingOptions extends SampledLossInputs {
  /**
   * The negative classes: int32 `[numSampled]`, which the batch shares, or `[batch, numSampled]`, a row for each example.
   * word2vec draws them by `fixedUnigramCandidateSampler` with `distortion: 0.75` and `unique: false`.
   */
  negatives: tf.Tensor1D | tf.Tensor2D;
}

/**
 * Negative sampling (Mikolov et al. 2013, arXiv:1310.4546, equation 4), the loss of word2vec: logistic regression tells
 * the true classes from negative ones. Unlike `nceLoss` it has no biases and corrects nothing by expected counts, so it
 * learns vectors and no probabilities.
 *
 *   lossᵢ = − Σ over true k of log σ(inputsᵢ·weightsₖ) − Σ over negative k of log σ(−inputsᵢ·weightsₖ)
 *
 * A negative class that is also true counts as both, as in the paper.
 *
 * @example
 *   const [vectors, weights] = [tf.variable(tf.randomUniform<tf.Rank.R2>([50, 4])), tf.variable(tf.zeros<tf.Rank.R2>([50, 4]))];
 *   const loss = (words: tf.Tensor1D, labels: tf.Tensor2D, negatives: tf.Tensor2D) =>
 *     negativeSamplingLoss({ weights, labels, inputs: tf.gather(vectors, words), negatives });
 *   const optimizer = new GradientDescentOptimizer({ learningRate: 0.025 });
 *   const step = trainStep(loss, { variables: [vectors, weights], optimizer });
 *   const [words, labels] = [tf.tensor1d([3, 9], "int32"), tf.tensor2d([[4], [7]], [2, 1], "int32")];
 *   console.log(step(words, labels, tf.tensor2d([[1, 2], [30, 11]], [2, 2], "int32")));
 *
 * @returns `[batch]`, a term for each example
 * @throws ArgumentError when a shape or dtype is wrong, or a class is outside the classes. In a compiled function the
 *   gather of the weights refuses such a class
 */
export function negativeSamplingLoss(options: NegativeSamplingOptions): tf.Tensor1D {
  const where = "negativeSamplingLoss";
  checkOptions(where, options, ["weights", "labels", "inputs", "negatives"]);
  const { negatives } = options;
  checkSampledInputs(where, options, { name: "negatives", ids: negatives });
  return tf.tidy(() => {
    const [trueLogits, sampled] = sampledLogits(options, negatives);
    return tf.add(tf.sum(tf.softplus(tf.neg(trueLogits)), 1), tf.sum(tf.softplus(sampled), 1)) as tf.Tensor1D;
  });
}
