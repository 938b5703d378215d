import type { Optimizer } from "../../rnn";
import type * as tf from "../../tf";
import { BusyError } from "../errors";
import type { Model } from "../model";

const training = new WeakSet<tf.Variable | Optimizer>();

/**
 * Takes a model's weights and an optimizer for one fit. Weights, not models: another object around the same weights is
 * the same model. An optimizer counts its steps, and another fit's would be among them.
 *
 * @returns what gives them back
 * @throws BusyError when one of them is in use
 */
export function takeForTraining({ variables }: Model, optimizer: Optimizer): () => void {
  if (variables.some((variable) => training.has(variable))) throw new BusyError("model", "one that nothing trains");
  if (training.has(optimizer)) throw new BusyError("optimizer", "one that trains nothing else");
  const taken = [...variables, optimizer];
  for (const each of taken) training.add(each);
  return () => {
    for (const each of taken) training.delete(each);
  };
}
