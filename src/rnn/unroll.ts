import * as tf from "../tf";
import type { RNNCell } from "./cell";
import { checkTensor } from "./checks";
import { ArgumentError } from "./errors";
import { liveSteps, type SequenceLength } from "./lengths";
import { checkState, type State, zipState } from "./state";
import { tidy } from "./tidy";

export interface StaticRnnOptions<S extends State = State> {
  /** The state before the first time step; zeros unless told otherwise. */
  initialState?: S;
  /**
   * Live time steps of each sequence. Past the end of a sequence the output is 0 and the state stays what it was at its
   * last live step, as in TensorFlow 1.x; what stands in the padding, NaN included, changes neither.
   */
  sequenceLength?: SequenceLength;
}

export interface UnrollOptions<S extends State = State> extends StaticRnnOptions<S> {
  /** Inputs and outputs are `[nSteps, batch, features]` instead of `[batch, nSteps, features]`. */
  timeMajor?: boolean;
}

type Step<S extends State> = (t: number, state: S) => [output: tf.Tensor2D, state: S];

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
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new ArgumentError("staticRnn", "inputs", "a list of at least one time step", `${inputs?.length ?? inputs}`);
  }
  const batch = inputs[0]?.shape?.[0] as number;
  inputs.forEach((x, t) => {
    checkTensor("staticRnn", `inputs[${t}]`, x, [t === 0 ? "batch" : batch, cell.inputSize]);
  });
  return tidy(() => {
    const live = livenessOf("staticRnn", options, batch, inputs.length);
    const step: Step<S> = (t, state) => {
      const x = inputs[t] as tf.Tensor2D;
      return cell.call(live === undefined ? x : blank(x, live[t] as tf.Tensor2D), state);
    };
    return run(step, inputs.length, firstState("staticRnn", cell, batch, options), live);
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
  const { timeMajor = false } = options;
  const shape = timeMajor ? ["nSteps", "batch", cell.inputSize] : ["batch", "nSteps", cell.inputSize];
  checkTensor("dynamicRnn", "inputs", inputs, shape);
  return tidy(() => {
    const steps = timeMajor ? inputs : tf.transpose(inputs, [1, 0, 2]);
    const [nSteps, batch] = steps.shape;
    const live = livenessOf("dynamicRnn", options, batch, nSteps);
    const clean = live === undefined ? steps : blank(steps, tf.stack(live) as tf.Tensor3D);
    const first = firstState("dynamicRnn", cell, batch, options);
    const [outputs, state] = run(stepOver(cell, clean), nSteps, first, live);
    return [tf.stack(outputs, timeMajor ? 0 : 1) as tf.Tensor3D, state];
  });
}

/** A step that reads its inputs from a time-major tensor, by the opened cell where there is one. */
function stepOver<S extends State>(cell: RNNCell<S>, steps: tf.Tensor3D): Step<S> {
  const open = cell.open?.();
  if (open === undefined) {
    const inputs = tf.unstack(steps) as tf.Tensor2D[];
    return (t, state) => cell.call(inputs[t] as tf.Tensor2D, state);
  }
  const [nSteps, batch, inputSize] = steps.shape;
  const projected = open.project(tf.reshape(steps, [nSteps * batch, inputSize]));
  const inputs = tf.unstack(tf.reshape(projected, [nSteps, batch, -1])) as tf.Tensor2D[];
  return (t, state) => open.step(inputs[t] as tf.Tensor2D, state);
}

/** The time loop itself. */
function run<S extends State>(
  step: Step<S>,
  nSteps: number,
  first: S,
  live: readonly tf.Tensor2D[] | undefined,
): [outputs: tf.Tensor2D[], state: S] {
  const outputs: tf.Tensor2D[] = [];
  let state = first;
  for (let t = 0; t < nSteps; t++) {
    const [output, next] = step(t, state);
    const alive = live?.[t];
    outputs.push(alive === undefined ? output : blank(output, alive));
    state = alive === undefined ? next : zipState(next, state, (now, before) => tf.where(alive, now, before));
  }
  return [outputs, state];
}

/** Zero where a sequence is over; a product with 0 would let NaN through. */
function blank<T extends tf.Tensor>(x: T, live: tf.Tensor): T {
  return tf.where(live, x, tf.zerosLike(x)) as T;
}

function livenessOf(where: string, options: StaticRnnOptions, batch: number, nSteps: number) {
  return options.sequenceLength && liveSteps(where, options.sequenceLength, batch, nSteps);
}

function firstState<S extends State>(where: string, cell: RNNCell<S>, batch: number, options: StaticRnnOptions<S>): S {
  const zero = cell.zeroState(batch);
  if (options.initialState === undefined) return zero;
  checkState(where, "initialState", options.initialState, zero);
  return options.initialState;
}
