import { numberedLoop } from "../../compile/internal";
import type * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkLive, checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import { atTime, type Training } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";
import { type Direction, directionsOf } from "./direction";
import { liveSteps, type SequenceLength } from "./lengths";
import { blank, freeze, timeSteps } from "./over-time";
import { firstState, ownState } from "./states";
import type { TrainableState } from "./trainable-state";

export interface StaticRnnOptions<S extends State = State> {
  /** The state before the first time step; a `TrainableState` is learned. Default: zeros. */
  initialState?: S | TrainableState<S>;
  /**
   * The number of live time steps of each sequence. Past the end of a sequence the output is 0 and the state stays as
   * it was after the last live step, as in TensorFlow 1.x. The values in the padding, NaN included, change neither
   * outputs nor gradients. Default: all time steps are live.
   */
  sequenceLength?: SequenceLength;
  /** Makes this a training run: dropout and zoneout are on. Default: a test run, in which they are off. */
  training?: Training;
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
 * In a batch every sequence has its own length. `dynamicRnn` computes the same numbers up to rounding, and is faster.
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
    const mask = liveSteps(where, options.sequenceLength, batch, inputs.length);
    const live = mask && timeSteps(mask);
    const order = reverse ? [...inputs.keys()].reverse() : [...inputs.keys()];
    const outputs: tf.Tensor2D[] = new Array(inputs.length);
    let state = firstState(where, cell, batch, options.initialState);
    numberedLoop((nextStep) => {
      for (const t of order) {
        nextStep();
        [outputs[t], state] = tidy(() => {
          const alive = live?.[t];
          const [output, next] = cell.call(blank(alive, inputs[t] as tf.Tensor2D), state, atTime(key, t));
          return [blank(alive, output), freeze(alive, next, state)];
        });
      }
    });
    return [outputs, ownState(state)];
  });
}

/** The options that every unroller takes. */
export const OPTIONS = ["initialState", "sequenceLength", "training"];
