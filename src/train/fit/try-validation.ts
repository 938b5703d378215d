import { CompileError } from "../../compile";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Source } from "../examples/source";
import { type Measurement, measurement } from "../measure/measurement";
import type { AnyModel } from "../model";
import type { FitSettings } from "./options";

/**
 * Measures the first batch of the validation data before the first step, so that a model or loss that refuses them
 * fails at once and not after an epoch. Streamed data are not tried, because their first batch may take long to come.
 *
 * @throws ArgumentError that begins with "fit: validationData"; no error where model or loss refuse the training data
 *   too, because the first step then throws it
 */
export function tryValidation(
  of: Measurement | undefined,
  model: AnyModel,
  { source, validation }: { readonly source: Source; readonly validation: Source | undefined },
  { parts, metrics, batchSize }: Pick<FitSettings, "parts" | "metrics" | "batchSize">,
): void {
  if (validation === undefined || validation.isStreamed) return;
  const restore = remember(model);
  try {
    of?.tryOut();
  } catch (error) {
    if (error instanceof CompileError) throw error; // the graph cannot be built, whatever the data are
    const training = measurement({ where: "fit", model, source, compiled: false, batchSize }, parts, metrics);
    if (source.isStreamed || succeeds(() => training.tryOut())) throw validationError(error);
  } finally {
    restore();
  }
}

/**
 * Remembers the variables, because an eager call of a model may assign to them. @returns a function that restores them
 */
function remember({ variables }: AnyModel): () => void {
  const before = variables.map((variable) => tf.clone(variable)); // shares the variable's memory
  return () => {
    variables.forEach((variable, i) => {
      const value = before[i] as tf.Tensor;
      if (variable.dataId !== value.dataId) variable.assign(value);
    });
    tf.dispose(before);
  };
}

function succeeds(run: () => void): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

/** The error of a trial, as one about the option validationData. */
function validationError(error: unknown): unknown {
  if (!(error instanceof ArgumentError)) {
    const expected = "what model and loss take, as they do the training data";
    const { message } = error as Error;
    return Object.assign(new ArgumentError("fit", "validationData", expected, message), { cause: error });
  }
  const { where, argument, expected, actual } = error;
  if (argument.startsWith("validationData")) return error;
  return new ArgumentError("fit", `validationData: ${where}: ${argument}`, expected, actual);
}
