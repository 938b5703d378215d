import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { ArgumentError } from "../errors";

/**
 * Creates a variable with the value that `initial` computes, and frees all other tensors of `initial`. TensorFlow.js
 * chooses the variable's name, because a fixed name would throw when the code runs twice.
 */
export function weight<R extends tf.Rank>(initial: () => tf.Tensor<R>): tf.Variable<R> {
  return tf.tidy(() => tf.variable(initial()));
}

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
