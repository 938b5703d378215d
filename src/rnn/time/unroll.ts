import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkLive, checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import { atTime, checkTraining, nextUnrollingKeys, type RandomKey, type Training } from "../random-key";
import { checkState, type State, zipState } from "../state";
import { tidy } from "../tidy";
import { liveSteps, type SequenceLength } from "./lengths";
import { blank, freeze, runOverTime, timeSteps } from "./over-time";

export interface StaticRnnOptions<S extends State = State> {
  /** The state before the first time step. Default: zeros. */
  initialState?: S;
  /**
   * The number of live time steps of each sequence. Past the end of a sequence the output is 0 and the state stays as
   * it was after the last live step, as in TensorFlow 1.x. The values in the padding, NaN included, change neither
   * outputs nor gradients. Default: all time steps are live.
   */
  sequenceLength?: SequenceLength;
  /** Makes this a training run: dropout and zoneout are on. Default: a test run, in which they are off. */
  training?: Training;
}

export interface UnrollOptions<S extends State = State> extends StaticRnnOptions<S> {
  /** Inputs and outputs are `[nSteps, batch, features]` instead of `[batch, nSteps, features]`. Default: false. */
  timeMajor?: boolean;
  /**
   * Trades time for memory on long sequences. In a compiled function the backward pass computes activations again
   * instead of keeping them, so that memory grows with the square root of nSteps. In an eager run it changes nothing.
   * The name is TensorFlow 1.x's `swap_memory`. Default: false.
   */
  swapMemory?: boolean;
}

/**
 * Unrolls a cell over a list of time steps: TensorFlow 1.x's `static_rnn`. For one sequence of `length` live steps it
 * means:
 *
 *   let state = initialState ?? cell.zeroState(1);
 *   for (let t = 0; t < nSteps; t++) {
 *     const live = t < length;
 *     const [output, next] = cell.call(live ? inputs[t] : zeros, state);
 *     outputs[t] = live ? output : zeros;
 *     state = live ? next : state;
 *   }
 *
 * In a batch every sequence has its own length. `dynamicRnn` computes the same numbers and is faster.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 3, numUnits: 5, seed: 42 });
 *   const steps: tf.Tensor2D[] = [tf.ones([4, 3]), tf.zeros([4, 3])]; // nSteps tensors [batch, inputSize]
 *   const [outputs, state] = staticRnn(cell, steps); // two outputs [4, 5], and [4, 5]
 *
 * @param inputs nSteps tensors `[batch, inputSize]`
 * @returns nSteps outputs `[batch, outputSize]` and the state after each sequence's last live step
 * @throws ArgumentError when a shape or dtype is wrong, the list is empty, or a length is outside 0…nSteps
 */
export function staticRnn<S extends State>(
  cell: RNNCell<S>,
  inputs: readonly tf.Tensor2D[],
  options: StaticRnnOptions<S> = {},
): [outputs: tf.Tensor2D[], state: S] {
  return unrollList("staticRnn", cell, inputs, options, directionsOf("staticRnn", options).forward);
}

/** The direction of one run over time, and the key of its random numbers in a training run. */
interface Direction {
  readonly reverse: boolean;
  readonly key: RandomKey | undefined;
}

/**
 * Returns both directions of one unrolling. They share its number and have different random numbers.
 *
 * @throws ArgumentError when `training` is wrong
 */
export function directionsOf(
  where: string,
  options: { readonly training?: Training },
): { forward: Direction; backward: Direction } {
  const training = options?.training;
  if (training !== undefined) checkTraining(where, training);
  const keys = training && nextUnrollingKeys(training);
  return { forward: { reverse: false, key: keys?.forward }, backward: { reverse: true, key: keys?.backward } };
}

/** Unrolls a cell over a list of time steps, forward or backward. */
export function unrollList<S extends State>(
  where: string,
  cell: RNNCell<S>,
  inputs: readonly tf.Tensor2D[],
  options: StaticRnnOptions<S>,
  direction: Direction,
): [outputs: tf.Tensor2D[], state: S] {
  checkCell(where, cell);
  checkOptions(where, options, OPTIONS);
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new ArgumentError(where, "inputs", "a list of at least one time step", `${inputs?.length ?? inputs}`);
  }
  const batch = inputs[0]?.shape?.[0] as number;
  inputs.forEach((x, t) => {
    checkTensor(where, `inputs[${t}]`, x, [t === 0 ? "batch" : batch, cell.inputSize], cell.inputDtype);
  });
  checkLive(where, cell);
  return tidy(() => {
    const { reverse, key } = direction;
    const mask = liveOf(where, options, batch, inputs.length);
    const live = mask && timeSteps(mask);
    const order = reverse ? [...inputs.keys()].reverse() : [...inputs.keys()];
    const outputs: tf.Tensor2D[] = new Array(inputs.length);
    let state = firstState(where, cell, batch, options.initialState);
    for (const t of order) {
      [outputs[t], state] = tidy(() => {
        const alive = live?.[t];
        const [output, next] = cell.call(blank(alive, inputs[t] as tf.Tensor2D), state, atTime(key, t));
        return [blank(alive, output), freeze(alive, next, state)];
      });
    }
    return [outputs, ownState(state)];
  });
}

/**
 * Unrolls a cell over the time axis of one tensor: TensorFlow 1.x's `dynamic_rnn`. For one sequence of `length` live
 * steps it means:
 *
 *   let state = initialState ?? cell.zeroState(1);
 *   for (let t = 0; t < nSteps; t++) {
 *     const live = t < length;
 *     const [output, next] = cell.call(live ? inputs[t] : zeros, state);
 *     outputs[t] = live ? output : zeros;
 *     state = live ? next : state;
 *   }
 *
 * In a batch every sequence has its own length. What does not depend on the state is computed for all time steps at
 * once instead, above all the product of inputs and kernel. In a compiled function up to 200 time steps are unrolled in
 * the graph; more become a graph loop.
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, state] = dynamicRnn(cell, x, { sequenceLength: [5, 2] }); // outputs [2, 5, 4]
 *   const [more] = dynamicRnn(cell, x, { initialState: state }); // continues from the last state
 *
 * @param inputs `[batch, nSteps, inputSize]`, or `[nSteps, batch, inputSize]` with `timeMajor`
 * @returns outputs `[batch, nSteps, outputSize]`, or `[nSteps, batch, outputSize]` with `timeMajor`, and the state
 *   after each sequence's last live step
 * @throws ArgumentError when a shape or dtype is wrong, there is no time step, or a length is outside 0…nSteps
 */
export function dynamicRnn<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  options: UnrollOptions<S> = {},
): [outputs: tf.Tensor3D, state: S] {
  return unrollTensor("dynamicRnn", cell, inputs, options, directionsOf("dynamicRnn", options).forward);
}

/** Unrolls a cell over the time axis of a tensor, forward or backward. */
export function unrollTensor<S extends State>(
  where: string,
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  options: UnrollOptions<S>,
  direction: Direction,
): [outputs: tf.Tensor3D, state: S] {
  checkCell(where, cell);
  checkOptions(where, options, [...OPTIONS, "timeMajor", "swapMemory"]);
  const { timeMajor = false, swapMemory = false } = options;
  const shape = timeMajor ? ["nSteps", "batch", cell.inputSize] : ["batch", "nSteps", cell.inputSize];
  checkTensor(where, "inputs", inputs, shape, cell.inputDtype);
  checkLive(where, cell);
  return tidy(() => {
    const steps = timeMajor ? inputs : tf.transpose(inputs, [1, 0, 2]);
    const [nSteps, batch] = steps.shape;
    const live = liveOf(where, options, batch, nSteps);
    const first = firstState(where, cell, batch, options.initialState);
    const [outputs, state] = runOverTime(cell, blank(live, steps), first, { live, ...direction, swapMemory });
    const clean = blank(live, outputs);
    return [timeMajor ? clean : tf.transpose(clean, [1, 0, 2]), ownState(state)];
  });
}

const OPTIONS = ["initialState", "sequenceLength", "training"];

const liveOf = (where: string, { sequenceLength }: StaticRnnOptions, batch: number, nSteps: number) =>
  sequenceLength === undefined ? undefined : liveSteps(where, sequenceLength, batch, nSteps);

/**
 * Clones a final state, so that the caller may dispose it. Without a clone it could be the caller's initial state
 * itself, or share a tensor with an output.
 */
const ownState = <S extends State>(state: S): S => zipState(state, state, (part) => tf.clone(part));

/** Returns the given state, or zeros without one. @throws ArgumentError when its structure or shape is wrong */
export function firstState<S extends State>(where: string, cell: RNNCell<S>, batch: number, given: S | undefined): S {
  const zero = cell.zeroState(batch);
  if (given === undefined) return zero;
  checkState(where, "initialState", given, zero);
  return zipState(zero, given, (_, part) => part); // in the order of names of the cell's own state
}
