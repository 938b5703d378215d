import * as tf from "../../tf";
import { StepNotFiniteError } from "../errors";
import { isReplicated } from "../shard/argument";
import type { Step } from "./build-step";
import type { StepSource } from "./step-plan";

/** A guarded step that was not finite. */
interface FailedStep {
  /** What errors call the variables. */
  readonly names: readonly string[];
  /** The number of the step. */
  readonly iteration: number;
  readonly loss: number;
  /** The JavaScript numbers that the step was called with. */
  readonly numbers: readonly (readonly number[])[];
  /** The variables in the order of the step's options; some of them may be frozen now. */
  readonly listed: readonly tf.Variable[];
}

/**
 * Finds the first tensor of a failed step that is not finite: a weight; where the loss is not finite, an argument or the
 * loss itself; else a gradient. An argument is to blame only if the step is finite without what is not finite in it:
 * padding may hold NaN that does no harm.
 *
 * @returns the error that names it
 */
export function locateNonFinite(
  step: Step,
  source: StepSource,
  { names, iteration, loss, numbers, listed }: FailedStep,
): StepNotFiniteError {
  const found = (tensor: string) => new StepNotFiniteError(iteration, loss, tensor);
  const foundIn = (what: string, variable: tf.Variable) => {
    const at = listed.indexOf(variable);
    return new StepNotFiniteError(iteration, loss, `${what}${names[at]}`, at);
  };
  const weight = listed.find((variable) => !allFinite(variable));
  if (weight !== undefined) return foundIn("", weight);
  const program = step.sums();
  try {
    const run = (batch: readonly tf.Tensor[]) => program.read(batch, numbers);
    const sums = run(source.batch);
    const wrong = Number.isFinite(loss) ? sums.length : 2; // where the loss is not finite, its gradients are not asked
    const runsFinite = (batch: readonly tf.Tensor[]) =>
      run(batch)
        .slice(0, wrong)
        .every((each) => each.every(Number.isFinite));
    const argument = harmfulArgument(source, runsFinite);
    if (argument !== undefined) return found(`argument ${argument}`);
    if (!Number.isFinite(loss)) return found("the loss");
    const gradient = sums.slice(2).findIndex((each) => !each.every(Number.isFinite));
    const variable = step.variables[gradient];
    return variable === undefined ? found("a sum over gradients") : foundIn("the gradient of ", variable);
  } finally {
    program.dispose();
  }
}

/**
 * The first argument whose numbers that are not finite do harm: the step is finite with zeros, or ones, in place of all such
 * numbers, and is not with those of this argument.
 */
function harmfulArgument(
  { batch, signatures, isGathered }: StepSource,
  runsFinite: (batch: readonly tf.Tensor[]) => boolean,
): number | undefined {
  return tf.tidy(() => {
    const indices = batch.at(-1) as tf.Tensor1D;
    const readOf = (tensor: tf.Tensor, i: number) =>
      isGathered && !isReplicated(signatures[i] as StepSource["signatures"][0]) ? tf.gather(tensor, indices) : tensor;
    const data = isGathered ? batch.slice(0, -1) : batch;
    const wrong = data.flatMap((tensor, i) => (tensor.dtype !== "float32" || allFinite(readOf(tensor, i)) ? [] : [i]));
    const finiteWith = (value: number, kept?: number) =>
      runsFinite(batch.map((tensor, i) => (wrong.includes(i) && i !== kept ? cleaned(tensor, value) : tensor)));
    const value = wrong.length === 0 ? undefined : [0, 1].find((each) => finiteWith(each)); // a logarithm takes no 0
    return value === undefined ? undefined : (wrong.find((i) => !finiteWith(value, i)) ?? wrong[0]);
  });
}

const cleaned = (tensor: tf.Tensor, value: number) =>
  tf.where(tf.isFinite(tensor), tensor, tf.fill(tensor.shape, value));

const allFinite = (tensor: tf.Tensor): boolean => tf.tidy(() => tf.all(tf.isFinite(tensor)).dataSync()[0] === 1);
