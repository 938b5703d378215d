import type * as tf from "../tf";
import type { UnitPadding } from "./kernels/unit-padding";
import type { RandomKey } from "./random-key";
import type { State } from "./state";

/**
 * A recurrent cell computes one time step. It owns its weights; the caller owns the state and passes it to every call.
 *
 * Output and state are two things: a basic cell's output equals its state, an LSTM's output is one part of its state.
 * A cell of your own must have the first six members. `functionCell` makes a cell from a plain function.
 *
 * @example
 *   const cell: RNNCell<tf.Tensor2D> = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const [output, state] = cell.call(tf.ones([2, 3]), cell.zeroState(2)); // one time step of a batch of 2
 *   cell.dispose();
 */
export interface RNNCell<S extends State = State> {
  /** Features of one time step's input. The constructor needs this number, because it creates the weights. */
  readonly inputSize: number;
  /** Features of one time step's output. */
  readonly outputSize: number;
  /** Every weight, in the order in which the optimizer gets them. */
  readonly variables: tf.Variable[];
  /** Returns the state before the first time step: zeros, `[batchSize, …]`. */
  zeroState(batchSize: number): S;
  /**
   * Computes one time step.
   *
   * @param inputs `[batch, inputSize]`
   * @param state a state with the structure that `zeroState` returns
   * @param key the random key of this time step in a training run. Without a key the cell draws no random numbers:
   *   dropout and zoneout are off, as a test run needs it
   * @returns the output `[batch, outputSize]` and the next state
   * @throws ArgumentError that names the expected and the actual shape
   */
  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [output: tf.Tensor2D, state: S];
  /** Frees the weights. The code that constructs a cell disposes it. */
  dispose(): void;

  /** "int32" where the cell's inputs are word indices. Default: float32 inputs. */
  readonly inputDtype?: "int32";
  /** The weights by TensorFlow 1.x's names. A name begins with the cell's own scope: `lstm_cell/kernel`. */
  readonly weights?: Readonly<Record<string, tf.Variable>>;
  /**
   * Opens the cell for one run over time, so that it computes for all time steps at once what does not depend on the
   * state. `dynamicRnn` calls `open` where a cell has it, and `call` at each time step otherwise; both compute the same
   * numbers.
   *
   * @param inputCount the number of input vectors of the run, nSteps·batch. A short run cannot repay an expensive
   *   preparation, so the cell may choose by this number
   */
  open?(inputCount: number): OpenCell<S>;
  /**
   * Opens the cell for one run in which a step's inputs may depend on the state before, as with attention or in a decoder:
   * nothing can be projected in advance, but the weights are prepared once, and a fused operation may compute the step.
   */
  openSteps?(): OpenSteps<S>;
  /**
   * Computes a whole run over time. A wrapper has it that treats all time steps alike. `dynamicRnn` prefers it to
   * `open` and `call`.
   */
  overTime?(run: RunOverTime, inputs: tf.Tensor3D, state: S, key?: RandomKey): [outputs: tf.Tensor3D, state: S];
}

/**
 * A cell during one run over time. The product of inputs and weights is computed before the time loop, for all time
 * steps at once, and the weights are prepared once.
 */
export interface OpenCell<S extends State = State> {
  /**
   * Computes the part of all steps that does not depend on the state.
   *
   * @param inputs `[nSteps·batch, inputSize]`, or `[count·batch, inputSize]` for one chunk of time
   * @param first the first time step of the chunk. Default: 0.
   * @param count the number of time steps of the chunk. Default: all.
   * @returns one or more tensors `[nSteps·batch, k]`, which `step` gets by time step
   */
  project(inputs: tf.Tensor2D, first?: number, count?: number): readonly tf.Tensor2D[];
  /**
   * true where `project` may be called once for each chunk of time, with `first` and `count`. A wrapper that calls the
   * inner `project` without these two arguments must leave `inChunks` out.
   */
  readonly inChunks?: true;
  /**
   * Computes the rest of one time step.
   *
   * @param projected one time step's part, `[batch, k]`, of each tensor that `project` returned
   * @param time the index of the time step among the projected ones
   */
  step(projected: readonly tf.Tensor2D[], state: S, key: RandomKey | undefined, time: number): [tf.Tensor2D, S];
  /**
   * The padding units of this run. Where it is set, `step` takes padded states and returns padded states and outputs,
   * so a wrapper that passes `step` on must pass `padding` on too. `all` takes and returns tensors without padding
   * units.
   */
  readonly padding?: UnitPadding;
  /**
   * Computes all time steps with one operation that has no gradient. Inputs and outputs are
   * `[nSteps, batch, features]`.
   */
  all?(inputs: tf.Tensor3D, state: S): [outputs: tf.Tensor3D, state: S];
}

/** A cell during one run whose inputs may depend on the state before. First derivatives only. */
export interface OpenSteps<S extends State = State> {
  /** Computes what `call` computes, up to rounding. */
  step(inputs: tf.Tensor2D, state: S, key: RandomKey | undefined): [output: tf.Tensor2D, state: S];
}

/**
 * Runs the cell inside a wrapper over all time steps, `[nSteps, batch, features]`, in the direction and to the sequence
 * lengths of the surrounding unroller. `index` is folded into the random key, so that two cells inside one wrapper draw
 * different random numbers. Default: 0.
 */
export type RunOverTime = <S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  state: S,
  index?: number,
) => [outputs: tf.Tensor3D, state: S];

// biome-ignore lint/suspicious/noExplicitAny: the cells of a stack may have different types of state
export type AnyCell = RNNCell<any>;

/** The state of a stack: the list of the states of its cells. */
export type StackState<Cells extends readonly AnyCell[]> = {
  readonly [Index in keyof Cells]: Cells[Index] extends RNNCell<infer S> ? S : never;
};
