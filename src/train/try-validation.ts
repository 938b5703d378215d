import { ArgumentError } from "../rnn";
import type { Source } from "./data";
import { type Measurement, measurement } from "./measure";
import type { Model } from "./model";
import type { FitSettings } from "./options";

/**
 * Measures a first batch of the validation data before the first step, so that what model and loss do not take is not
 * known only after an epoch. Streamed data are not tried: their first batch may take long to come.
 *
 * @throws ArgumentError that begins with "fit: validationData"; nothing where the training data are not taken either, as
 *   the first step tells of them
 */
export function tryValidation(
  of: Measurement | undefined,
  model: Model,
  { source, validation }: { readonly source: Source; readonly validation: Source | undefined },
  { loss, metrics }: Pick<FitSettings, "loss" | "metrics">,
): void {
  if (validation === undefined || validation.isStreamed) return;
  try {
    of?.tryOut();
  } catch (error) {
    const training = measurement({ where: "fit", model, source, compiled: false, batchSize: 1 }, loss, metrics);
    if (source.isStreamed || succeeds(() => training.tryOut())) throw validationError(error);
  }
}

function succeeds(run: () => void): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

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
