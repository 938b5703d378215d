import * as tf from "../../tf";
import { StepNotFiniteError } from "../errors";
import type { Step } from "./build-step";
import type { StepSource } from "./step-plan";

/** A guarded step that was not finite. */
interface FailedStep {
  /** The number of the step. */
  readonly iteration: number;
  readonly loss: number;
  /** The JavaScript numbers that the step was called with. */
  readonly numbers: readonly (readonly number[])[];
}

/**
 * Finds the first tensor of a failed step that is not finite: a weight; where the loss is not finite, an argument or the
 * loss itself; else a gradient. (Where the loss is finite, an argument's NaN does no harm: padding may hold some.)
 *
 * @returns the error that names it
 */
export function locateNonFinite(
  step: Step,
  { batch, signatures, isGathered }: StepSource,
  { iteration, loss, numbers }: FailedStep,
): StepNotFiniteError {
  const found = (tensor: string, variable?: number) => new StepNotFiniteError(iteration, loss, tensor, variable);
  const indices = batch.at(-1) as tf.Tensor1D;
  const data = isGathered ? batch.slice(0, -1) : batch;
  const examplesOf = (tensor: tf.Tensor, i: number) =>
    isGathered && !signatures[i]?.isShared ? tf.gather(tensor, indices) : tensor;
  const weight = step.variables.findIndex((variable) => !allFinite(() => variable));
  if (weight >= 0) return found(`variables[${weight}]`, weight);
  if (!Number.isFinite(loss)) {
    const argument = data.findIndex(
      (tensor, i) => tensor.dtype === "float32" && !allFinite(() => examplesOf(tensor, i)),
    );
    return found(argument >= 0 ? `argument ${argument}` : "the loss");
  }
  const program = step.sums();
  try {
    const [, ...gradients] = program.read(batch, numbers);
    const gradient = gradients.findIndex((each) => !each.every(Number.isFinite));
    return gradient < 0 ? found("a sum over gradients") : found(`the gradient of variables[${gradient}]`, gradient);
  } finally {
    program.dispose();
  }
}

const allFinite = (of: () => tf.Tensor): boolean => tf.tidy(() => tf.all(tf.isFinite(of())).dataSync()[0] === 1);
