import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { ArgumentError } from "../errors";

/**
 * Creates a variable with the value that `initial` computes, and frees all other tensors of `initial`. TensorFlow.js
 * chooses the variable's name, because a fixed name would throw when the code runs twice.
 *
 * @throws ArgumentError when the value needs more memory than there is
 */
export function weight<R extends tf.Rank>(initial: () => tf.Tensor<R>): tf.Variable<R> {
  try {
    return tf.tidy(() => tf.variable(initial()));
  } catch (error) {
    if (!(error instanceof RangeError) || error instanceof ArgumentError || !ALLOCATION.test(error.message))
      throw error;
    throw new ArgumentError("a weight", "shape", "sizes for which there is memory", error.message);
  }
}

/** What Node says of an array that is larger than an array can be, or than the memory. */
const ALLOCATION = /^Invalid typed array length|^Array buffer allocation failed/;

/**
 * Returns the weights of the cell inside a wrapper. Each name begins with the wrapper's scope.
 *
 * @throws ArgumentError
 */
export function scoped(scope: string, cell: RNNCell): Record<string, tf.Variable> {
  return Object.fromEntries(
    Object.entries(namedWeights(cell)).map(([name, variable]) => [`${scope}/${name}`, variable]),
  );
}

type Nameable = Pick<RNNCell, "weights"> & { readonly variables: readonly tf.Variable[] };

/**
 * Returns the weights of a cell or layer by name.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4 });
 *   console.log(Object.keys(namedWeights(cell))); // "gru_cell/gates/kernel", …
 *
 * @throws ArgumentError when the cell has variables but no names for them
 */
export function namedWeights(cell: Nameable): Readonly<Record<string, tf.Variable>> {
  if (cell.weights !== undefined) return cell.weights;
  if (cell.variables.length === 0) return {};
  throw new ArgumentError("weights", "cell", "a cell with `weights`, its variables by name", "a cell without names");
}
