import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { ArgumentError } from "../errors";

/** A variable that holds what `initial` computes, everything else that it made freed. It names itself. */
export function weight<R extends tf.Rank>(initial: () => tf.Tensor<R>): tf.Variable<R> {
  return tf.tidy(() => tf.variable(initial()));
}

/** The weights of a cell inside a wrapper, with the wrapper's scope before their names. @throws ArgumentError */
export function scoped(scope: string, cell: RNNCell): Record<string, tf.Variable> {
  return Object.fromEntries(Object.entries(namedWeights(cell)).map(([name, held]) => [`${scope}/${name}`, held]));
}

type Nameable = Pick<RNNCell, "weights"> & { readonly variables: readonly tf.Variable[] };

/** A cell's or layer's weights by name. @throws ArgumentError when it has variables but no names for them */
export function namedWeights(cell: Nameable): Readonly<Record<string, tf.Variable>> {
  if (cell.weights !== undefined) return cell.weights;
  if (cell.variables.length === 0) return {};
  throw new ArgumentError("weights", "cell", "a cell with `weights`, its variables by name", "a cell without names");
}
