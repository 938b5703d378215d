import * as tf from "../../tf";
import type { AnyCell, StackState } from "../cell";
import { checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import type { State } from "../state";
import { tidy } from "../tidy";
import { type BidirectionalDynamicOptions, bidirectionalDynamicRnn } from "./bidirectional";

export interface StackBidirectionalOptions<F extends readonly AnyCell[], B extends readonly AnyCell[]>
  extends Omit<BidirectionalDynamicOptions<State, State>, "initialStateFw" | "initialStateBw"> {
  /** The states of the forward cells before the first time step, one for each layer. Default: zeros. */
  initialStatesFw?: StackState<F>;
  /** The states of the backward cells before their first, that is the last live, time step. Default: zeros. */
  initialStatesBw?: StackState<B>;
}

/**
 * Stacks bidirectional layers: TensorFlow 1.x's `stack_bidirectional_dynamic_rnn`. Each layer runs a forward and a
 * backward cell; the next layer's inputs are the outputs of both, joined:
 *
 *   for (let layer = 0; layer < cellsFw.length; layer++) {
 *     const [both, states] = bidirectionalDynamicRnn(cellsFw[layer], cellsBw[layer], inputs, options);
 *     inputs = tf.concat(both, 2);
 *   }
 *
 * @example
 *   const layer = (inputSize: number, seed: number) => new GRUCell({ inputSize, numUnits: 4, seed });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(
 *     [layer(3, 1), layer(8, 2)], [layer(3, 3), layer(8, 4)], x, { sequenceLength: [5, 3] },
 *   ); // outputs [2, 5, 8], two states [2, 4] for each direction
 *
 * @param inputs `[batch, nSteps, inputSize]`, or `[nSteps, batch, inputSize]` with `timeMajor`
 * @returns the last layer's joined outputs `[batch, nSteps, fw.outputSize + bw.outputSize]`, and the final states of all
 *   layers, forward and backward
 * @throws ArgumentError when there is no layer, the lists differ in length, or as `dynamicRnn`
 */
export function stackBidirectionalDynamicRnn<const F extends readonly AnyCell[], const B extends readonly AnyCell[]>(
  cellsFw: F,
  cellsBw: B,
  inputs: tf.Tensor3D,
  options: StackBidirectionalOptions<F, B> = {},
): [outputs: tf.Tensor3D, statesFw: StackState<F>, statesBw: StackState<B>] {
  const count = Array.isArray(cellsFw) ? cellsFw.length : 0;
  if (count === 0) throw new ArgumentError(WHERE, "cellsFw", "a list of at least one cell", `${cellsFw}`);
  checkOptions(WHERE, options, OPTIONS);
  const { initialStatesFw, initialStatesBw, ...shared } = options;
  for (const [name, list] of Object.entries({ cellsBw, initialStatesFw, initialStatesBw })) {
    if (list === undefined && name !== "cellsBw") continue;
    const got = Array.isArray(list) ? list.length : list;
    if (got !== count) throw new ArgumentError(WHERE, name, `a list of ${count}, as cellsFw`, `${got}`);
  }
  return tidy(() => {
    let x = inputs;
    const statesFw: State[] = [];
    const statesBw: State[] = [];
    cellsFw.forEach((cellFw, layer) => {
      const [initialStateFw, initialStateBw] = [initialStatesFw?.[layer], initialStatesBw?.[layer]] as [State, State];
      const given = { ...shared, initialStateFw, initialStateBw };
      const [both, [fw, bw]] = bidirectionalDynamicRnn(cellFw, cellsBw[layer] as AnyCell, x, given);
      x = tf.concat3d(both, 2);
      statesFw.push(fw);
      statesBw.push(bw);
    });
    return [x, statesFw as unknown as StackState<F>, statesBw as unknown as StackState<B>];
  });
}

const WHERE = "stackBidirectionalDynamicRnn";
const OPTIONS = "initialStatesFw initialStatesBw sequenceLength training timeMajor swapMemory".split(" ");
