import * as tf from "../../../tf";
import { checkTensor } from "../../checks";

/** What a candidate sampler drew, as tensors. No gradient flows into them. */
export interface SampledValues {
  /** int32 `[numSampled]`, which the batch shares, or `[batch, numSampled]`, a row for each example. */
  sampledCandidates: tf.Tensor1D | tf.Tensor2D;
  /** `[batch, numTrue]` */
  trueExpectedCount: tf.Tensor2D;
  /** Of the shape of `sampledCandidates`. */
  sampledExpectedCount: tf.Tensor1D | tf.Tensor2D;
}

/**
 * Sampled values that the batch shares, of tensors with a row for each example, as `CandidateSampler.sampleRows` makes
 * them for `fit`: the first row of the candidates and of their expected counts. Losses compute faster with them, because
 * they gather each candidate once, and not for each example.
 *
 * In `fit` every tensor of a batch has a row for each example. So the batches carry the candidates in rows that are all
 * equal, and the model computes the terms of the loss:
 *
 * @example
 *   const sampler = logUniformCandidateSampler({ numSampled: 8, rangeMax: 50, seed: 42 });
 *   const [ids, labels] = [numericArray(Int32Array.of(5, 16), [2]), numericArray(Int32Array.of(4, 17), [2, 1])];
 *   const batch = (step: number) => ({ x: { ids, labels, ...sampler.sampleRows(step, labels) }, y: labels });
 *   const words = new Embedding({ vocabularySize: 50, embeddingSize: 4, seed: 1 });
 *   const [weights, biases] = [tf.variable(tf.zeros<tf.Rank.R2>([50, 4])), tf.variable(tf.zeros<tf.Rank.R1>([50]))];
 *   const model = modelOf({ words, nce: { variables: [weights, biases] } }, ({ ids, labels, ...rows }: TensorsOf<ReturnType<typeof batch>["x"]>) =>
 *     nceLoss({ weights, biases, labels, inputs: words.call(ids), sampledValues: firstRows(rows) }));
 *   await fit(model, { batches: 10, batch }, { loss: (terms: tf.Tensor) => terms, optimizer: new AdamOptimizer(), progress: false });
 *
 * @throws ArgumentError when a tensor of the candidates has another rank
 */
export function firstRows({
  sampledCandidates,
  trueExpectedCount,
  sampledExpectedCount,
}: SampledValues): SampledValues {
  const first = (name: string, rows: tf.Tensor, dtype: "int32" | "float32"): tf.Tensor1D => {
    checkTensor("firstRows", name, rows, ["batch", "numSampled"], dtype);
    return tf.tidy(() => tf.reshape(tf.slice(rows, [0, 0], [1, -1]), [-1]));
  };
  return {
    sampledCandidates: first("sampledCandidates", sampledCandidates, "int32"),
    trueExpectedCount,
    sampledExpectedCount: first("sampledExpectedCount", sampledExpectedCount, "float32"),
  };
}
