import type * as tf from "../../tf";

/** What a batch is written from. */
export interface BatchInputs {
  readonly source: tf.Tensor;
  /** int32 `[rows]`; undefined where no source is padded: an encoder is faster without. */
  readonly lengths?: tf.Tensor1D;
  /** `[1, vocabulary]` or `[rows, vocabulary]`: 0 for a token that is never written. */
  readonly allowed: tf.Tensor2D;
  /** Uniform random numbers, `[rows, maximumLength]`, where tokens are drawn. */
  readonly uniform?: tf.Tensor2D;
}

/** What is written, as tensors; of `beams` hypotheses a row, 1 without a search. */
export interface BatchOutputs {
  /** int32 `[rows, nSteps, beams]`: the token of each beam at each step. */
  readonly ids: tf.Tensor;
  /** int32 `[rows, nSteps, beams]`: the beam that it continues. */
  readonly parents?: tf.Tensor;
  /** `[rows, nSteps, beams]`, the logarithm of each token's probability; without a search. */
  readonly logProbs?: tf.Tensor;
  /** `[rows, beams]`; of a search. */
  readonly scores?: tf.Tensor;
  /** int32 `[rows, beams]`: the tokens of each hypothesis, the end token included; of a search. */
  readonly lengths: tf.Tensor;
  /** The number of steps that were made, int32 `[rows]`. */
  readonly steps: tf.Tensor;
  /** `[rows, nSteps, beams, places]`, where the cell attends. */
  readonly alignments?: tf.Tensor;
  /** int32 `[rows]`: the places of each row's memory that count. */
  readonly places?: tf.Tensor;
}
