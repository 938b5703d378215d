import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";

/**
 * Computes something of a batch, one operation at a time. A loss refuses a label outside the classes by its index in the
 * batch; its index in the data is told instead.
 *
 * @throws ArgumentError naming the row and the label; what `use` throws
 */
export function placingLabels<T>(where: string, source: Source, rows: Int32Array, batch: Batch, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw labelError(where, source, rows, batch, error) ?? error;
  }
}

/**
 * Compiled, a label cannot be looked at, and one outside the classes gives NaN: the same once more, eagerly, says which.
 * What else goes wrong there is not what made the NaN.
 *
 * @throws ArgumentError naming the row and the label
 */
export function refuseLabels(
  where: string,
  source: Source,
  rows: Int32Array,
  batch: Batch,
  compute: () => tf.Tensor,
): void {
  if (!hasClasses(batch.y)) return;
  try {
    tf.tidy(compute).dispose();
  } catch (error) {
    const found = labelError(where, source, rows, batch, error);
    if (found) throw found;
  }
}

/** An error that names row and label, where that error is a loss's about a label of that batch. */
function labelError(where: string, source: Source, rows: Int32Array, { y }: Batch, error: unknown) {
  if (!(error instanceof ArgumentError) || !hasClasses(y)) return undefined;
  const place = Number(/^labels\[(\d+)\]$/.exec(error.argument)?.[1] ?? Number.NaN);
  if (String(y.dataSync()[place]) !== error.actual) return undefined; // labels that the loss made of y
  const perRow = y.size / (y.shape[0] as number);
  const steps = perRow > 1 ? `[${place % perRow}]` : "";
  const row = `${source.yAt(rows, Math.floor(place / perRow))}${steps}`;
  return new ArgumentError(where, row, `a class number, ${error.expected}`, error.actual);
}

/** Whether y may be class numbers. */
const hasClasses = (y: tf.Tensor | undefined): y is tf.Tensor => y?.dtype === "int32";
