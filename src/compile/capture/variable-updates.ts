import * as tf from "../../tf";
import { CompileError } from "../errors";
import { isCapturingLoop } from "./capture";

/** A new value of a variable that no gradient moves, such as a moving average. */
export interface VariableUpdate {
  readonly variable: tf.Variable;
  /** Whoever collects the updates disposes it. */
  readonly value: tf.Tensor;
}

const collected = new WeakMap<object, VariableUpdate[]>();

/**
 * Lets the updates of a training step wait: from now on `updateVariable` with this `training` assigns nothing, and notes
 * the new value in the returned list, with one entry for each variable. The step assigns them when its loss and gradients
 * are found finite.
 */
export function collectUpdates(training: object): readonly VariableUpdate[] {
  const list: VariableUpdate[] = [];
  collected.set(training, list);
  return list;
}

/**
 * Gives a variable its next value in a training step. Where nobody collects the step's updates, it is assigned now.
 *
 * @param training the object that stands for the training step
 * @param next from the variable's value, with the updates that this step has made before, to the next one
 * @throws CompileError in the loop of a captured function, which has no last iteration to take the value of
 */
export function updateVariable(training: object, variable: tf.Variable, next: (value: tf.Tensor) => tf.Tensor): void {
  if (isCapturingLoop()) {
    throw new CompileError(
      `compile: the variable ${variable.name} is updated in the body of a loop over time; do it outside of the loop`,
    );
  }
  const list = collected.get(training);
  if (list === undefined) {
    tf.tidy(() => variable.assign(next(variable)));
    return;
  }
  const at = list.findIndex((update) => update.variable === variable);
  const before = list[at];
  const value = tf.tidy(() => tf.keep(next(before?.value ?? variable)));
  before?.value.dispose();
  list.splice(at < 0 ? list.length : at, at < 0 ? 0 : 1, { variable, value });
}
