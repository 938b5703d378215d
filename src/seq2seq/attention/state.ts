import type { State } from "../../rnn";
import type * as tf from "../../tf";
import type { AttentionMechanism } from "./mechanism";

/**
 * The state of a cell that attends: TensorFlow 1.x's `AttentionWrapperState`. All its tensors are `[batch, n]`.
 *
 * - `cellState` is the state of the cell inside; an encoder's last state stands there before the first time step.
 * - `attention` is the attention of the last time step, which the next one reads beside its input.
 * - `alignments` of the last time step, `[batch, nSteps]` of the memory; a list for a wrapper with a list of mechanisms.
 */
export type AttentionState<S extends State = State, A extends Alignments = tf.Tensor2D> = {
  readonly cellState: S;
  readonly attention: tf.Tensor2D;
  readonly alignments: A;
};

/** One tensor `[batch, nSteps]`, or one for each mechanism of a list. */
export type Alignments = tf.Tensor2D | readonly tf.Tensor2D[];

/** One mechanism, or a list of mechanisms that all look at the same memory. */
export type Mechanisms = AttentionMechanism | readonly AttentionMechanism[];

/** A list's alignments are a list. */
export type AlignmentsOf<M extends Mechanisms> = M extends readonly AttentionMechanism[]
  ? readonly tf.Tensor2D[]
  : tf.Tensor2D;
