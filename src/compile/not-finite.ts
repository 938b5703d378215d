import * as tf from "../tf";
import type { Step } from "./build-step";
import { NotFiniteError } from "./errors";

/** Looks for the first tensor of a failed step that is not finite: argument, weight, loss, gradient. */
export function firstNotFinite(
  step: Step,
  inputs: readonly tf.Tensor[],
  iteration: number,
  loss: number,
): NotFiniteError {
  const found = (tensor: string, variable?: number) => new NotFiniteError(iteration, loss, tensor, variable);
  const argument = inputs.slice(0, -2).findIndex((input) => input.dtype === "float32" && !allFinite(input));
  if (argument >= 0) return found(`argument ${argument}`);
  const weight = step.variables.findIndex((variable) => !allFinite(variable));
  if (weight >= 0) return found(`variables[${weight}]`, weight);
  if (!Number.isFinite(loss)) return found("the loss");
  const program = step.sums();
  try {
    const sums = program.call(inputs);
    const gradient = sums.slice(1).findIndex((each) => !allFinite(each)); // the first is the loss's
    tf.dispose(sums);
    return gradient < 0 ? found("a sum over gradients") : found(`the gradient of variables[${gradient}]`, gradient);
  } finally {
    program.dispose();
  }
}

const allFinite = (tensor: tf.Tensor): boolean => tf.tidy(() => tf.all(tf.isFinite(tensor)).dataSync()[0] === 1);
