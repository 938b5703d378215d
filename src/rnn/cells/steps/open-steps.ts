import type { OpenSteps, RNNCell } from "../../cell";
import type { State } from "../../state";

/**
 * Opens a cell for a run in which an input may depend on the state of the step before, as with attention and in a decoder.
 * Where the cell has no way of its own (`openSteps`), its `call` computes each step.
 */
export function openStepsOf<S extends State>(cell: RNNCell<S>): OpenSteps<S> {
  return cell.openSteps?.() ?? { step: (inputs, state, key) => cell.call(inputs, state, key) };
}
