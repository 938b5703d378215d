import type * as tf from "../tf";
import { BusyError } from "./errors";
import type { Model } from "./model";

const training = new WeakSet<tf.Variable>();

/**
 * Takes a model's weights for one fit. Weights, not models: another object around the same weights is the same model.
 *
 * @returns what gives them back
 * @throws BusyError when one of them is being trained
 */
export function claim({ variables }: Model): () => void {
  if (variables.some((variable) => training.has(variable))) throw new BusyError();
  for (const variable of variables) training.add(variable);
  return () => {
    for (const variable of variables) training.delete(variable);
  };
}
