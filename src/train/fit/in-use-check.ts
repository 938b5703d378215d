import type { Optimizer } from "../../rnn";
import type * as tf from "../../tf";
import { BusyError } from "../errors";
import type { AnyModel } from "../model";

const inUse = new WeakSet<tf.Variable | Optimizer>();

/**
 * Marks a model's weights and an optimizer as in use by one fit. The weights are marked rather than the model, because
 * another object around the same weights is the same model. The optimizer is marked because it counts its steps, and
 * the steps of a second fit would be among them.
 *
 * @returns a function that removes the marks
 * @throws BusyError when a weight or the optimizer is in use
 */
export function markInUse({ variables }: AnyModel, optimizer: Optimizer): () => void {
  if (variables.some((variable) => inUse.has(variable))) throw new BusyError("model", "one that nothing trains");
  if (inUse.has(optimizer)) throw new BusyError("optimizer", "one that trains nothing else");
  const marked = [...variables, optimizer];
  for (const each of marked) inUse.add(each);
  return () => {
    for (const each of marked) inUse.delete(each);
  };
}
