import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkOptions } from "../checks";
import type { State } from "../state";
import { tidy } from "../tidy";
import { directionsOf } from "./direction";
import { unrollTensor } from "./dynamic-rnn";
import type { SequenceLength } from "./lengths";
import { type StaticRnnOptions, unrollList } from "./static-rnn";
import type { TrainableState } from "./trainable-state";

export interface BidirectionalOptions<F extends State, B extends State> extends Omit<StaticRnnOptions, "initialState"> {
  /**
   * The number of live time steps of each sequence. The backward cell begins at the last live step. Default: all are
   * live.
   */
  sequenceLength?: SequenceLength;
  /** The forward cell's state before the first time step. Default: zeros. */
  initialStateFw?: F | TrainableState<F>;
  /** The backward cell's state before its first, that is the last live, time step. Default: zeros. */
  initialStateBw?: B | TrainableState<B>;
}

export interface BidirectionalDynamicOptions<F extends State, B extends State> extends BidirectionalOptions<F, B> {
  /** Inputs and outputs are `[nSteps, batch, features]` instead of `[batch, nSteps, features]`. Default: false. */
  timeMajor?: boolean;
  /** Trades time for memory in compiled functions, as for `dynamicRnn`. Default: false. */
  swapMemory?: boolean;
}

/**
 * Runs two cells over the same inputs: the forward cell from the first time step to the last, the backward cell from
 * the last live time step to the first (Schuster and Paliwal 1997). Output t of both cells belongs to input t.
 * TensorFlow 1.x's `bidirectional_dynamic_rnn`.
 *
 * @example
 *   const cellFw = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const cellBw = new GRUCell({ inputSize: 3, numUnits: 4, seed: 43 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [[fw, bw], [stateFw, stateBw]] = bidirectionalDynamicRnn(cellFw, cellBw, x, { sequenceLength: [5, 3] });
 *   const outputs = tf.concat([fw, bw], 2); // [2, 5, 8]
 *
 * @param inputs `[batch, nSteps, inputSize]`, or `[nSteps, batch, inputSize]` with `timeMajor`
 * @returns the outputs of both cells, `[batch, nSteps, outputSize]` each, and both final states. The backward cell's
 *   final state is its state after time step 0
 * @throws ArgumentError as `dynamicRnn`
 */
export function bidirectionalDynamicRnn<F extends State, B extends State>(
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: tf.Tensor3D,
  options: BidirectionalDynamicOptions<F, B> = {},
): [outputs: [fw: tf.Tensor3D, bw: tf.Tensor3D], states: [fw: F, bw: B]] {
  const where = "bidirectionalDynamicRnn";
  checkOptions(where, options, [...OPTIONS, "timeMajor", "swapMemory"]);
  const { initialStateFw, initialStateBw, ...shared } = options;
  const { forward, backward } = directionsOf(where, options);
  return tidy(() => {
    const [fw, stateFw] = unrollTensor(where, cellFw, inputs, { ...shared, initialState: initialStateFw }, forward);
    const [bw, stateBw] = unrollTensor(where, cellBw, inputs, { ...shared, initialState: initialStateBw }, backward);
    return [
      [fw, bw],
      [stateFw, stateBw],
    ];
  });
}

/**
 * Runs two cells in both directions over a list of time steps, as `bidirectionalDynamicRnn` does over a tensor. The
 * outputs of both directions are joined, as in TensorFlow 1.x's `static_bidirectional_rnn`.
 *
 * @example
 *   const cellFw = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const cellBw = new GRUCell({ inputSize: 3, numUnits: 2, seed: 43 });
 *   const steps: tf.Tensor2D[] = [tf.ones([2, 3]), tf.zeros([2, 3])]; // nSteps tensors [batch, inputSize]
 *   const [outputs, stateFw, stateBw] = staticBidirectionalRnn(cellFw, cellBw, steps); // two outputs [2, 6]
 *
 * @param inputs nSteps tensors `[batch, inputSize]`
 * @returns nSteps outputs `[batch, fw.outputSize + bw.outputSize]`, and both final states
 * @throws ArgumentError as `staticRnn`
 */
export function staticBidirectionalRnn<F extends State, B extends State>(
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: readonly tf.Tensor2D[],
  options: BidirectionalOptions<F, B> = {},
): [outputs: tf.Tensor2D[], stateFw: F, stateBw: B] {
  const where = "staticBidirectionalRnn";
  checkOptions(where, options, OPTIONS);
  const { initialStateFw, initialStateBw, ...shared } = options;
  const { forward, backward } = directionsOf(where, options);
  return tidy(() => {
    const [fw, stateFw] = unrollList(where, cellFw, inputs, { ...shared, initialState: initialStateFw }, forward);
    const [bw, stateBw] = unrollList(where, cellBw, inputs, { ...shared, initialState: initialStateBw }, backward);
    return [fw.map((output, t) => tf.concat2d([output, bw[t] as tf.Tensor2D], 1)), stateFw, stateBw];
  });
}

const OPTIONS = ["initialStateFw", "initialStateBw", "sequenceLength", "training"];
