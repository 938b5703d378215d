import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkState, type State, zipState } from "../state";
import { TrainableState } from "./trainable-state";

/**
 * Clones a final state, so that the caller may dispose it. Without a clone it could be the caller's initial state
 * itself, or share a tensor with an output.
 */
export const ownState = <S extends State>(state: S): S => zipState(state, state, (part) => tf.clone(part));

/**
 * Returns the given state, or zeros without one.
 *
 * @throws ArgumentError when its structure or shape is wrong
 */
export function firstState<S extends State>(
  where: string,
  cell: RNNCell<S>,
  batch: number,
  given: S | TrainableState<S> | undefined,
): S {
  const zero = cell.zeroState(batch);
  if (given === undefined) return zero;
  const state = given instanceof TrainableState ? given.forBatch(where, zero) : given;
  checkState(where, "initialState", state, zero);
  return zipState(zero, state, (_, part) => part); // in the order of names of the cell's own state
}
