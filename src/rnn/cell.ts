import type * as tf from "../tf";
import type { UnitPadding } from "./kernels/unit-padding";
import type { RandomKey } from "./random-key";
import type { State } from "./state";

/**
 * A recurrent cell: what happens in one time step. It owns its weights and no state.
 *
 * Output and state are not the same thing: a basic cell's output is its state, an LSTM's output is only a part of it.
 * An own cell needs the first six members; `functionCell` makes one of a plain function.
 */
export interface RNNCell<S extends State = State> {
  /** Features of one time step's input; a cell is told, so that its weights exist from construction. */
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
   * @param draw where random numbers come from; without it nothing is random, as it should be when testing
   * @returns the output `[batch, outputSize]` and the next state
   * @throws ArgumentError naming expected and actual shape
   */
  call(inputs: tf.Tensor2D, state: S, draw?: RandomKey): [output: tf.Tensor2D, state: S];
  /** Frees the weights. Whoever constructs a cell disposes it. */
  dispose(): void;

  /** "int32" for a cell whose inputs are word numbers. */
  readonly inputDtype?: "int32";
  /** The weights by TensorFlow 1.x's names, the cell's own scope included: `lstm_cell/kernel`. */
  readonly weights?: Readonly<Record<string, tf.Variable>>;
  /**
   * The cell opened for one run over time, where it can do work for all time steps at once. `dynamicRnn` uses it where
   * it exists, and `call` where it does not; both give the same numbers.
   *
   * @param rows how many inputs it will have, nSteps·batch: what is prepared should pay
   */
  open?(rows: number): OpenCell<S>;
  /** A whole run over time, for wrappers that treat all time steps alike; comes before `open` and `call`. */
  overTime?(run: RunOverTime, inputs: tf.Tensor3D, state: S, draw?: RandomKey): [outputs: tf.Tensor3D, state: S];
}

/** A cell during one run over time: its input product leaves the time loop, its weights are prepared once. */
export interface OpenCell<S extends State = State> {
  /** The part of a step that no state enters: inputs of all time steps, `[nSteps·batch, inputSize]`, to some `[…, k]`. */
  project(inputs: tf.Tensor2D, first?: number, count?: number): readonly tf.Tensor2D[];
  /**
   * Whether `project` may be called for stretches of time, one after the other: for `count` time steps from `first` on. A
   * wrapper that passes `project` on without these leaves this out.
   */
  readonly inChunks?: true;
  /** The rest of a step, from one time step's `[batch, k]` of each; `time` is the step's index in what was projected. */
  step(projected: readonly tf.Tensor2D[], state: S, draw: RandomKey | undefined, time: number): [tf.Tensor2D, S];
  /**
   * Units that a run has besides the cell's: `step` goes from states that have them to states and outputs that do. Whoever
   * passes `step` on passes these on too. `all` has none.
   */
  readonly padding?: UnitPadding;
  /** All time steps by one operation, where no gradient is asked for; inputs and outputs `[nSteps, batch, features]`. */
  all?(inputs: tf.Tensor3D, state: S): [outputs: tf.Tensor3D, state: S];
}

/**
 * Runs a cell inside a wrapper over all time steps, `[nSteps, batch, features]`, in whatever direction and to whatever
 * lengths the unroller was asked for. `index` tells cells of one wrapper apart where they draw random numbers.
 */
export type RunOverTime = <S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  state: S,
  place?: number,
) => [outputs: tf.Tensor3D, state: S];
