import type * as tf from "../tf";
import { ArgumentError } from "./errors";

/** One size of an expected shape: a number that must match, or a word for a size that may be anything from 1 up. */
type Size = number | string;

/**
 * Refuses a tensor that is disposed or has another dtype or shape.
 *
 * @throws ArgumentError naming the argument, the expected shape in words, and what came
 */
export function checkTensor(
  where: string,
  argument: string,
  tensor: tf.Tensor,
  shape: readonly Size[],
  dtype: tf.DataType = "float32",
): void {
  const expected = `a ${dtype} tensor of shape [${shape.join(", ")}]`;
  if (tensor === null || typeof tensor !== "object" || !Array.isArray(tensor.shape)) {
    throw new ArgumentError(where, argument, expected, describe(tensor));
  }
  if (tensor.isDisposed) throw new ArgumentError(where, argument, expected, "a disposed tensor");
  const fits =
    tensor.dtype === dtype &&
    tensor.shape.length === shape.length &&
    shape.every((size, axis) => (typeof size === "number" ? tensor.shape[axis] === size : tensor.shape[axis] !== 0));
  if (!fits) {
    throw new ArgumentError(where, argument, expected, `a ${tensor.dtype} tensor of shape [${tensor.shape}]`);
  }
}

/** Refuses a number that is not a whole one of at least `least`. @throws ArgumentError */
export function checkCount(where: string, argument: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ArgumentError(where, argument, `a whole number of at least ${least}`, describe(value));
  }
}

/** Refuses a number outside [least, most], NaN included. @throws ArgumentError */
export function checkBetween(where: string, argument: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new ArgumentError(where, argument, `a number from ${least} to ${most}`, describe(value));
  }
}

/** Refuses a number outside [0, 1), NaN included. @throws ArgumentError */
export function checkBelowOne(where: string, argument: string, value: number): void {
  if (!(value >= 0 && value < 1)) {
    throw new ArgumentError(where, argument, "a number from 0 to below 1", describe(value));
  }
}

/** Refuses a cell or layer whose weights are disposed. @throws ArgumentError */
export function checkLive(where: string, cell: { readonly variables: readonly tf.Variable[] }): void {
  if (cell.variables.some(({ isDisposed }) => isDisposed)) {
    throw new ArgumentError(where, "cell", "a cell with its weights", "a disposed cell");
  }
}

/** A value in a few words, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") {
    const tensor = value as { dtype?: string; shape?: number[] };
    if (Array.isArray(tensor.shape)) return `a ${tensor.dtype} tensor of shape [${tensor.shape}]`;
    return `an object with keys {${Object.keys(value).join(", ")}}`;
  }
  return `${typeof value} ${String(value)}`;
}
