import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import { isRecord } from "../structure";

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
  compute: () => tf.TensorContainer,
): void {
  if (labelsOf(batch).length === 0) return;
  try {
    tf.dispose(tf.tidy(compute) as tf.TensorContainer);
  } catch (error) {
    const found = labelError(where, source, indices, batch, error);
    if (found) throw found;
  }
}

/**
 * The error that names example and label, when `error` is a loss's complaint about a label of this batch. The label is
 * looked for in each part of y that may hold classes; where it stands in more than one, no part can be named.
 */
function labelError(where: string, source: Source, indices: Int32Array, batch: Batch, error: unknown) {
  if (!(error instanceof ArgumentError)) return undefined;
  const position = Number(/^labels\[(\d+)\]$/.exec(error.argument)?.[1] ?? Number.NaN);
  if (Number.isNaN(position)) return undefined;
  const found = labelsOf(batch).filter(([, y]) => String(y.dataSync()[position]) === error.actual);
  const [only, more] = found;
  if (only === undefined || more !== undefined) return undefined; // the loss made these labels from y, or which y is open
  const [path, y] = only;
  const perExample = y.size / (y.shape[0] as number);
  const steps = perExample > 1 ? `[${position % perExample}]` : "";
  const argument = `${source.argumentAt(path, indices, Math.floor(position / perExample))}${steps}`;
  return new ArgumentError(where, argument, `a class number, ${error.expected}`, error.actual);
}

/** The parts of y that may be class numbers, by path. */
function labelsOf({ y }: Batch): [string, tf.Tensor][] {
  const parts: [string, tf.Tensor][] = isRecord(y)
    ? Object.entries(y as Readonly<Record<string, tf.Tensor>>).map(([name, part]) => [`y.${name}`, part])
    : y instanceof tf.Tensor
      ? [["y", y]]
      : [];
  return parts.filter(([, { dtype }]) => dtype === "int32");
}
