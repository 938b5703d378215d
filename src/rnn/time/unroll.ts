import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkLive, checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import { atTime, checkTraining, firstKey, type Training } from "../random-key";
import { checkState, type State, zipState } from "../state";
import { tidy } from "../tidy";
import { liveSteps, type SequenceLength } from "./lengths";
import { blank, freeze, runOverTime, timeSteps, type Walk } from "./over-time";

export interface StaticRnnOptions<S extends State = State> {
  /** The state before the first time step; zeros unless told otherwise. */
  initialState?: S;
  /**
   * Live time steps of each sequence. Past the end of a sequence the output is 0 and the state stays what it was at its
   * last live step, as in TensorFlow 1.x; what stands in the padding, NaN included, changes neither.
   */
  sequenceLength?: SequenceLength;
  /** A training run: dropout and zoneout are on, and draw from here. Without it they are off. */
  training?: Training;
}

export interface UnrollOptions<S extends State = State> extends StaticRnnOptions<S> {
  /** Inputs and outputs are `[nSteps, batch, features]` instead of `[batch, nSteps, features]`. */
  timeMajor?: boolean;
  /**
   * TensorFlow's wish to trade time for memory on long sequences. Compiled, activations are computed again on the way back
   * instead of kept, and memory grows with the square root of nSteps. Run eagerly, it changes nothing.
   */
  swapMemory?: boolean;
}

/**
 * Unrolls a cell over a list of time steps, one call of the cell each.
 *
 * @param inputs nSteps tensors `[batch, inputSize]`
 * @returns nSteps outputs `[batch, outputSize]` and the state after each sequence's last live step
 * @throws ArgumentError on a wrong shape, an empty list, or a length outside 0…nSteps
 */
export function staticRnn<S extends State>(
  cell: RNNCell<S>,
  inputs: readonly tf.Tensor2D[],
  options: StaticRnnOptions<S> = {},
): [outputs: tf.Tensor2D[], state: S] {
  return walkList("staticRnn", cell, inputs, options, false);
}

/** A list of time steps, forward or backward. */
export function walkList<S extends State>(
  where: string,
  cell: RNNCell<S>,
  inputs: readonly tf.Tensor2D[],
  options: StaticRnnOptions<S>,
  reverse: boolean,
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
    const { live: mask, key } = walkOf(where, options, batch, inputs.length, reverse);
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
 * Unrolls a cell over the time axis of one tensor. The numbers are those of `staticRnn`; what does not depend on the
 * state, the input product first of all, is computed for all time steps at once.
 *
 * @param inputs `[batch, nSteps, inputSize]`, or `[nSteps, batch, inputSize]` with `timeMajor`
 * @returns outputs `[batch, nSteps, outputSize]` (time first with `timeMajor`) and the state after each sequence's last
 *   live step
 * @throws ArgumentError on a wrong shape or dtype, no time steps, or a length outside 0…nSteps
 */
export function dynamicRnn<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  options: UnrollOptions<S> = {},
): [outputs: tf.Tensor3D, state: S] {
  return walkTensor("dynamicRnn", cell, inputs, options, false);
}

/** The time axis of a tensor, forward or backward. */
export function walkTensor<S extends State>(
  where: string,
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  options: UnrollOptions<S>,
  reverse: boolean,
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
    const walk = walkOf(where, options, batch, nSteps, reverse);
    const first = firstState(where, cell, batch, options.initialState);
    const [outputs, state] = runOverTime(cell, blank(walk.live, steps), first, { ...walk, swapMemory });
    const clean = blank(walk.live, outputs);
    return [timeMajor ? clean : tf.transpose(clean, [1, 0, 2]), ownState(state)];
  });
}

const OPTIONS = ["initialState", "sequenceLength", "training"];

function walkOf(where: string, options: StaticRnnOptions, batch: number, nSteps: number, reverse: boolean): Walk {
  const { sequenceLength, training } = options;
  if (training !== undefined) checkTraining(where, training);
  return {
    live: sequenceLength === undefined ? undefined : liveSteps(where, sequenceLength, batch, nSteps),
    reverse,
    key: training && firstKey(training, reverse ? 1 : 0), // each direction draws numbers of its own
  };
}

/** A state of the caller's own: it may have been the caller's initial state, or share its tensor with an output. */
const ownState = <S extends State>(state: S): S => zipState(state, state, (part) => tf.clone(part));

/** The given state, or zeros. @throws ArgumentError when the given one has another structure or shape */
export function firstState<S extends State>(where: string, cell: RNNCell<S>, batch: number, given: S | undefined): S {
  const zero = cell.zeroState(batch);
  if (given === undefined) return zero;
  checkState(where, "initialState", given, zero);
  return zipState(zero, given, (_, part) => part); // in the cell's own order of names
}
