import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkState, type State, zipState } from "../state";

/**
 * Clones a final state, so that the caller may dispose it. Without a clone it could be the caller's initial state
 * itself, or share a tensor with an output.
 */
export const ownState = <S extends State>(state: S): S => zipState(state, state, (part) => tf.clone(part));

/** Returns the given state, or zeros without one. @throws ArgumentError when its structure or shape is wrong */
export function firstState<S extends State>(where: string, cell: RNNCell<S>, batch: number, given: S | undefined): S {
  const zero = cell.zeroState(batch);
  if (given === undefined) return zero;
  checkState(where, "initialState", given, zero);
  return zipState(zero, given, (_, part) => part); // in the order of names of the cell's own state
}
