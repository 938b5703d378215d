import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkLive, checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import type { State } from "../state";
import { tidy } from "../tidy";
import { type Direction, directionsOf } from "./direction";
import { liveSteps } from "./lengths";
import { blank, runOverTime } from "./over-time";
import { repeatLastOutput } from "./repeat-last";
import { firstState, ownState } from "./states";
import { OPTIONS, type StaticRnnOptions } from "./static-rnn";

export interface UnrollOptions<S extends State = State> extends StaticRnnOptions<S> {
  /** Inputs and outputs are `[nSteps, batch, features]` instead of `[batch, nSteps, features]`. Default: false. */
  timeMajor?: boolean;
  /**
   * Trades time for memory on long sequences. In a compiled function the backward pass computes activations again
   * instead of keeping them, so that memory grows with the square root of nSteps. In an eager run it changes nothing.
   * The name is TensorFlow 1.x's `swap_memory`. Default: false.
   */
  swapMemory?: boolean;
  /**
   * Runs from the last live time step to the first. The outputs come in the order of computation, as in Keras: output 0
   * belongs to the last input. (The backward outputs of `bidirectionalDynamicRnn` come in the order of the inputs.)
   * Default: false.
   */
  goBackwards?: boolean;
  /**
   * Past the end of a sequence the outputs repeat its last live output, as in Keras, instead of 0. Not with
   * `goBackwards`, where the padding comes first. Default: false.
   */
  repeatLast?: boolean;
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
  checkOptions("dynamicRnn", options, [...TENSOR_OPTIONS, "goBackwards", "repeatLast"]);
  const { goBackwards = false, repeatLast = false, ...shared } = options;
  if (goBackwards && repeatLast) {
    throw new ArgumentError("dynamicRnn", "repeatLast", "no goBackwards with it: the padding comes first", "both");
  }
  const { forward, backward } = directionsOf("dynamicRnn", options);
  return unrollTensor("dynamicRnn", cell, inputs, shared, goBackwards ? backward : forward, {
    goBackwards,
    repeatLast,
  });
}

const TENSOR_OPTIONS = [...OPTIONS, "timeMajor", "swapMemory"];

/** Unrolls a cell over the time axis of a tensor, forward or backward. */
export function unrollTensor<S extends State>(
  where: string,
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  options: Omit<UnrollOptions<S>, "goBackwards" | "repeatLast">,
  direction: Direction,
  { goBackwards = false, repeatLast = false } = {},
): [outputs: tf.Tensor3D, state: S] {
  checkCell(where, cell);
  checkOptions(where, options, TENSOR_OPTIONS);
  const { timeMajor = false, swapMemory = false } = options;
  const shape = timeMajor ? ["nSteps", "batch", cell.inputSize] : ["batch", "nSteps", cell.inputSize];
  checkTensor(where, "inputs", inputs, shape, cell.inputDtype);
  checkLive(where, cell);
  return tidy(() => {
    const steps = timeMajor ? inputs : tf.transpose(inputs, [1, 0, 2]);
    const [nSteps, batch] = steps.shape;
    const live = liveSteps(where, options.sequenceLength, batch, nSteps);
    const first = firstState(where, cell, batch, options.initialState);
    const [outputs, state] = runOverTime(cell, blank(live, steps), first, { live, ...direction, swapMemory });
    const blanked = blank(live, outputs);
    const padded = repeatLast && live !== undefined ? repeatLastOutput(blanked, live) : blanked;
    const clean = goBackwards ? tf.reverse(padded, 0) : padded;
    return [timeMajor ? clean : tf.transpose(clean, [1, 0, 2]), ownState(state)];
  });
}
