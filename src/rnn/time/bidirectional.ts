import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import type { State } from "../state";
import { tidy } from "../tidy";
import type { SequenceLength } from "./lengths";
import { type UnrollOptions, walkList, walkTensor } from "./unroll";

export interface BidirectionalOptions<F extends State, B extends State>
  extends Omit<UnrollOptions, "initialState" | "timeMajor" | "swapMemory"> {
  /** Live time steps of each sequence; the backward cell begins at the last of them. */
  sequenceLength?: SequenceLength;
  initialStateFw?: F;
  initialStateBw?: B;
}

export interface BidirectionalDynamicOptions<F extends State, B extends State> extends BidirectionalOptions<F, B> {
  timeMajor?: boolean;
  swapMemory?: boolean;
}

/**
 * Two cells, one from the first time step to the last and one from the last to the first (Schuster and Paliwal 1997).
 * Outputs stand at the time step they were made at, in both directions.
 *
 * @param inputs `[batch, nSteps, inputSize]`, or time first with `timeMajor`
 * @returns the outputs of both, `[batch, nSteps, outputSize]` each, and both final states; the backward cell's is its
 *   state after the first time step
 * @throws ArgumentError as `dynamicRnn`
 */
export function bidirectionalDynamicRnn<F extends State, B extends State>(
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: tf.Tensor3D,
  options: BidirectionalDynamicOptions<F, B> = {},
): [outputs: [fw: tf.Tensor3D, bw: tf.Tensor3D], states: [fw: F, bw: B]] {
  const { initialStateFw, initialStateBw, ...shared } = options;
  const where = "bidirectionalDynamicRnn";
  return tidy(() => {
    const [fw, stateFw] = walkTensor(where, cellFw, inputs, { ...shared, initialState: initialStateFw }, false);
    const [bw, stateBw] = walkTensor(where, cellBw, inputs, { ...shared, initialState: initialStateBw }, true);
    return [
      [fw, bw],
      [stateFw, stateBw],
    ];
  });
}

/**
 * The same on a list of time steps. As in TensorFlow 1.x, the outputs of both directions are joined.
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
  const { initialStateFw, initialStateBw, ...shared } = options;
  const where = "staticBidirectionalRnn";
  return tidy(() => {
    const [fw, stateFw] = walkList(where, cellFw, inputs, { ...shared, initialState: initialStateFw }, false);
    const [bw, stateBw] = walkList(where, cellBw, inputs, { ...shared, initialState: initialStateBw }, true);
    return [fw.map((output, t) => tf.concat2d([output, bw[t] as tf.Tensor2D], 1)), stateFw, stateBw];
  });
}
