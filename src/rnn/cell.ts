import type * as tf from "../tf";
import type { State } from "./state";

/**
 * A recurrent cell: what happens in one time step. It owns its weights and no state.
 *
 * Output and state are not the same thing: a basic cell's output is its state, an LSTM's output is only a part of it.
 */
export interface RNNCell<S extends State = State> {
  /** Features of one time step's input, where the cell knows it; parameters exist from construction. */
  readonly inputSize: number;
  /** Features of one time step's output. */
  readonly outputSize: number;
  /** Every weight, for the optimizer. */
  readonly variables: tf.Variable[];
  /** The state before the first time step: zeros, `[batchSize, …]`. */
  zeroState(batchSize: number): S;
  /**
   * One time step.
   *
   * @param inputs `[batch, inputSize]`
   * @param state of the structure that `zeroState` has
   * @returns the output `[batch, outputSize]` and the next state
   * @throws ArgumentError naming expected and actual shape
   */
  call(inputs: tf.Tensor2D, state: S): [output: tf.Tensor2D, state: S];
  /**
   * The cell opened for one run over time, where it can do work for all time steps at once. `dynamicRnn` uses it where
   * it exists, and `call` where it does not; both give the same numbers.
   */
  open?(): OpenCell<S>;
  /** Frees the weights. Whoever constructs a cell disposes it. */
  dispose(): void;
}

/** A cell during one run over time: its input product leaves the time loop, its weights are prepared once. */
export interface OpenCell<S extends State = State> {
  /** The part of a step that no state enters: inputs of all time steps, `[nSteps·batch, inputSize]`, to `[…, k]`. */
  project(inputs: tf.Tensor2D): tf.Tensor2D;
  /** The rest of a step, from one time step's `[batch, k]`. */
  step(projected: tf.Tensor2D, state: S): [output: tf.Tensor2D, state: S];
}
