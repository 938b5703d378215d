import * as tf from "../../tf";
import { StepNotFiniteError } from "../errors";
import type { Step, StepSource } from "./build-step";

/**
 * Looks for the first tensor of a failed step that is not finite: a weight; where the loss is not, an argument or the loss
 * itself; else a gradient. (An argument may hold NaN that changes nothing, as padding does.)
 */
export function locateNonFinite(
  step: Step,
  { batch, isByRow }: Pick<StepSource, "batch" | "isByRow">,
  numbers: readonly (readonly number[])[],
  iteration: number,
  loss: number,
): StepNotFiniteError {
  const found = (tensor: string, variable?: number) => new StepNotFiniteError(iteration, loss, tensor, variable);
  const rows = batch.at(-1) as tf.Tensor1D;
  const used = (data: tf.Tensor) => (isByRow ? tf.gather(data, rows) : data);
  const given = isByRow ? batch.slice(0, -1) : batch;
  const weight = step.variables.findIndex((variable) => !allFinite(() => variable));
  if (weight >= 0) return found(`variables[${weight}]`, weight);
  if (!Number.isFinite(loss)) {
    const argument = given.findIndex((data) => data.dtype === "float32" && !allFinite(() => used(data)));
    return found(argument >= 0 ? `argument ${argument}` : "the loss");
  }
  const program = step.sums();
  try {
    const sums = program.read(batch, numbers);
    const gradient = sums.slice(1).findIndex((each) => !each.every(Number.isFinite)); // the first is the loss's
    return gradient < 0 ? found("a sum over gradients") : found(`the gradient of variables[${gradient}]`, gradient);
  } finally {
    program.dispose();
  }
}

const allFinite = (of: () => tf.Tensor): boolean => tf.tidy(() => tf.all(tf.isFinite(of())).dataSync()[0] === 1);
