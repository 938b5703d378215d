import type * as tf from "../../../tf";

/** What a sampler decides after a step: the sequences that end with it, and what the cell reads next. */
export interface SamplerInputs {
  /** bool `[batch]` */
  readonly finished: tf.Tensor1D;
  /** `[batch, inputSize]` */
  readonly inputs: tf.Tensor2D;
}

/**
 * Chooses tokens by a decoder's outputs, and what the decoder reads next: TensorFlow's `Sampler` (in TensorFlow 1.x `Helper`). A
 * sampler of your own is an object of this form.
 */
export interface Sampler {
  readonly batchSize: number;
  /** The most steps, where the sampler knows. Default: it does not know. */
  readonly maximumSteps?: number;
  /** Before the first step. */
  initialize(): SamplerInputs;
  /**
   * @param time the number of the step, an int32 scalar
   * @param outputs `[batch, outputSize]`, mostly logits
   * @returns int32 `[batch]`
   */
  sample(time: tf.Scalar, outputs: tf.Tensor2D): tf.Tensor1D;
  nextInputs(time: tf.Scalar, outputs: tf.Tensor2D, sampleIds: tf.Tensor1D): SamplerInputs;
}
