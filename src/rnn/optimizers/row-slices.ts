import * as tf from "../../tf";
import { describe } from "../checks";
import { ArgumentError } from "../errors";
import { type GradientOf, sliceValuesOf } from "../gradients";
import { summedInto } from "../row-sums";

/** A gradient that only some rows have. A row may have several slices; its gradient is their sum. */
export interface Slices {
  /** `[slices, …]` */
  readonly values: tf.Tensor;
  /** The row of each slice. */
  readonly indices: Int32Array;
}

/** Checks the rows of gradients. @throws ArgumentError naming the first that the variable does not have */
export function checkIndices(where: string, gradients: readonly GradientOf[]): void {
  gradients.forEach(({ variable, indices }, i) => {
    if (indices === undefined) return;
    const name = `gradients[${i}].indices`;
    const expected = "the numbers of rows, an Int32Array";
    if (!(indices instanceof Int32Array)) throw new ArgumentError(where, name, expected, describe(indices));
    const rows = variable.shape[0] ?? 0;
    const wrong = indices.find((row) => row < 0 || row >= rows);
    if (wrong !== undefined) throw new ArgumentError(where, name, `rows from 0 to ${rows - 1}`, `${wrong}`);
  });
}

/** A gradient as the optimizers take it: dense, or in slices where it has indices. */
export function slicesOf(given: GradientOf): tf.Tensor | Slices {
  const { gradient, indices } = given;
  if (indices === undefined) return gradient;
  const values = sliceValuesOf(gradient);
  if (values) return { indices, values: tf.tensor(values, [indices.length, ...gradient.shape.slice(1)]) };
  const rows = Int32Array.from(new Set(indices));
  return { indices: rows, values: tf.gather(gradient, tf.tensor1d(rows, "int32")) };
}

/** The numbers of a gradient. */
export const valuesOf = (gradient: tf.Tensor | Slices): tf.Tensor =>
  gradient instanceof tf.Tensor ? gradient : gradient.values;

/** Sums the slices of each row, in their order. @returns slices of which no two have the same row */
export function summedSlices({ values, indices }: Slices): Slices {
  const places = new Map<number, number>();
  for (const row of indices) if (!places.has(row)) places.set(row, places.size);
  const rows = Int32Array.from(places.keys());
  const positions = indices.map((row) => places.get(row) as number);
  return { indices: rows, values: summedInto([rows.length, ...values.shape.slice(1)], values, positions) };
}

/** The same gradient as a tensor of the variable's shape, with zeros in all other rows. */
export const denseOf = ({ values, indices }: Slices, shape: readonly number[]): tf.Tensor =>
  summedInto(shape, values, indices);

/**
 * Runs an update on some rows of variables, as variables of their own, and puts these rows back.
 *
 * @param rows of which no two are the same
 */
export function onRows(
  variables: readonly tf.Variable[],
  rows: Int32Array,
  update: (parts: readonly tf.Variable[]) => void,
): void {
  if (rows.length === 0) return;
  const indices = tf.tensor1d(rows, "int32");
  const parts = variables.map((variable) => tf.variable(tf.gather(variable, indices), false));
  try {
    update(parts);
    const count = variables[0]?.shape[0] as number;
    const from = Int32Array.from({ length: count }, (_, row) => row); // the row itself, or where its new value stands
    rows.forEach((row, i) => {
      from[row] = count + i;
    });
    const places = tf.tensor1d(from, "int32");
    variables.forEach((variable, i) => {
      variable.assign(tf.gather(tf.concat([variable, parts[i] as tf.Variable], 0), places));
    });
  } finally {
    tf.dispose([...parts]);
  }
}
