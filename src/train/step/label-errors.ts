import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";

/**
 * Runs an eager computation on a batch. A loss that refuses a label outside the classes names its index in the batch;
 * the error is replaced by one that names its index in the data.
 *
 * @throws ArgumentError naming the example and the label; the errors of `compute`
 */
export function locateLabelErrors<T>(
  where: string,
  source: Source,
  indices: Int32Array,
  batch: Batch,
  compute: () => T,
): T {
  try {
    return compute();
  } catch (error) {
    throw labelError(where, source, indices, batch, error) ?? error;
  }
}

/**
 * Runs `compute` eagerly to find a label outside the classes: a compiled loss cannot look at labels, and such a label
 * makes it NaN. All other errors of `compute` are ignored, because they did not make the NaN.
 *
 * @throws ArgumentError naming the example and the label
 */
export function findLabelError(
  where: string,
  source: Source,
  indices: Int32Array,
  batch: Batch,
  compute: () => tf.Tensor,
): void {
  if (!mayHoldClasses(batch.y)) return;
  try {
    tf.tidy(compute).dispose();
  } catch (error) {
    const found = labelError(where, source, indices, batch, error);
    if (found) throw found;
  }
}

/** The error that names example and label, when `error` is a loss's complaint about a label of this batch. */
function labelError(where: string, source: Source, indices: Int32Array, { y }: Batch, error: unknown) {
  if (!(error instanceof ArgumentError) || !mayHoldClasses(y)) return undefined;
  const position = Number(/^labels\[(\d+)\]$/.exec(error.argument)?.[1] ?? Number.NaN);
  if (String(y.dataSync()[position]) !== error.actual) return undefined; // the loss made these labels from y
  const perExample = y.size / (y.shape[0] as number);
  const steps = perExample > 1 ? `[${position % perExample}]` : "";
  const argument = `${source.labelArgument(indices, Math.floor(position / perExample))}${steps}`;
  return new ArgumentError(where, argument, `a class number, ${error.expected}`, error.actual);
}

/** Whether y may be class numbers. */
const mayHoldClasses = (y: tf.Tensor | undefined): y is tf.Tensor => y?.dtype === "int32";
