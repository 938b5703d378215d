import { inScope } from "../../../compile/internal";
import type { OpenSteps, RNNCell } from "../../cell";
import type { State } from "../../state";

/**
 * Opens a cell for a run in which an input may depend on the state of the step before, as with attention and in a decoder.
 * Where the cell has no way of its own (`openSteps`), its `call` computes each step.
 */
export function openStepsOf<S extends State>(cell: RNNCell<S>): OpenSteps<S> {
  const opened = inScope(cell, () => cell.openSteps?.());
  if (opened === undefined) return { step: (inputs, state, key) => cell.call(inputs, state, key) };
  return { step: (...given) => inScope(cell, () => opened.step(...given)) };
}
