import type * as tf from "../../tf";
import type { DecoderState } from "./tensor-tree";

/** What a decoder begins with. */
export interface DecoderStart<S extends DecoderState> {
  /** bool `[batch]`: the sequences that have ended before the first step. (`[batch, beams]` of a beam search.) */
  readonly finished: tf.Tensor;
  /** The cell's first inputs. */
  readonly inputs: tf.Tensor;
  readonly state: S;
}

/** What one step of a decoder makes. */
export interface DecoderStep<S extends DecoderState, O extends DecoderOutputs> extends DecoderStart<S> {
  readonly outputs: O;
}

/** The outputs of one step, tensors `[batch, …]` by name; of all steps they are `[batch, nSteps, …]`. */
export type DecoderOutputs = Readonly<Record<string, tf.Tensor>>;

/**
 * What `dynamicDecode` runs: TensorFlow's `Decoder`. `BasicDecoder` and `BeamSearchDecoder` are decoders; one of your own is
 * an object of this form.
 */
export interface BaseDecoder<S extends DecoderState, O extends DecoderOutputs, F = { readonly outputs: O }> {
  initialize(): DecoderStart<S>;
  /** @param time the number of the step, an int32 scalar. The step must make the same operations at every time. */
  step(time: tf.Scalar, inputs: tf.Tensor, state: S): DecoderStep<S, O>;
  /**
   * Whether `finished` is already that of all steps so far, as for a decoder that moves sequences from row to row. Its state has a part
   * `lengths`, int32 of the shape of `finished`. Default: false.
   */
  readonly tracksOwnFinished?: boolean;
  /** The most steps that the decoder can make, where it knows. Default: it does not know. */
  readonly maximumSteps?: number;
  /**
   * Makes the result of all steps' outputs, time major. Default: the outputs.
   *
   * @param iterations the number of steps that were made, an int32 scalar: later outputs are 0
   */
  finalize?(outputs: O, finalState: S, iterations: tf.Scalar): F;
}
