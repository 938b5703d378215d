import { ArgumentError, article, checkOptions as checkNames, describe } from "../arguments";
import type * as tf from "../tf";
import { checkFunctionOptions } from "./functions-as-text";

export { checkCount, checkFunction, describe } from "../arguments";

/**
 * Refuses options that are no object or have a name that is not among `known`, an activation or an initializer that is no
 * function. @throws ArgumentError naming the option, and what to write for a text such as "relu"
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  checkNames(where, options, known);
  checkFunctionOptions(where, options as Readonly<Record<string, unknown>>);
}

/** One size of an expected shape: a number that must match, or a word for any size of at least 1. */
type Size = number | string;

/**
 * Refuses a tensor that is disposed, or whose dtype or shape differs from the expected one.
 *
 * @throws ArgumentError that names the argument, the expected shape in words, and the actual value
 */
export function checkTensor(
  where: string,
  argument: string,
  tensor: tf.Tensor,
  shape: readonly Size[],
  dtype: tf.DataType = "float32",
): void {
  const expected = `${article(dtype)} tensor of shape [${shape.join(", ")}]`;
  if (tensor === null || typeof tensor !== "object" || !Array.isArray(tensor.shape)) {
    throw new ArgumentError(where, argument, expected, describe(tensor));
  }
  if (tensor.isDisposed) throw new ArgumentError(where, argument, expected, "a disposed tensor");
  const fits =
    tensor.dtype === dtype &&
    tensor.shape.length === shape.length &&
    shape.every((size, axis) => (typeof size === "number" ? tensor.shape[axis] === size : tensor.shape[axis] !== 0));
  if (!fits) {
    throw new ArgumentError(where, argument, expected, describe(tensor));
  }
}

/** Refuses every value but a number in [0, 1). @throws ArgumentError */
export function checkBelowOne(where: string, argument: string, value: number): void {
  if (!(typeof value === "number" && value >= 0 && value < 1)) {
    throw new ArgumentError(where, argument, "a number from 0 to below 1", describe(value));
  }
}

/** Refuses a value without the methods of a cell. @throws ArgumentError */
export function checkCell(where: string, cell: unknown): void {
  const { call, zeroState } = (cell ?? {}) as Record<string, unknown>;
  if (typeof call === "function" && typeof zeroState === "function") return;
  throw new ArgumentError(where, "cell", "a cell, as the first argument", describe(cell));
}

/** Refuses every value but a finite number above 0 and at most `most`. Default: no limit. @throws ArgumentError */
export function checkPositive(where: string, argument: string, value: number, most = Number.POSITIVE_INFINITY): void {
  if (typeof value === "number" && value > 0 && value <= most && Number.isFinite(value)) return;
  const limit = Number.isFinite(most) ? ` and at most ${most}` : "";
  throw new ArgumentError(where, argument, `a number above 0${limit}`, describe(value));
}

/** Refuses every value but a finite number of at least 0. @throws ArgumentError */
export function checkNotNegative(where: string, argument: string, value: number): void {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return;
  throw new ArgumentError(where, argument, "a number from 0 up", describe(value));
}

/** Refuses every value but a finite number. @throws ArgumentError */
export function checkFinite(where: string, argument: string, value: number): void {
  if (!Number.isFinite(value)) throw new ArgumentError(where, argument, "a number", describe(value));
}

/** Refuses a cell or layer whose weights are disposed. @throws ArgumentError */
export function checkLive(where: string, cell: { readonly variables: readonly tf.Variable[] }): void {
  if (cell.variables.some(({ isDisposed }) => isDisposed)) {
    throw new ArgumentError(where, "cell", "a cell with its weights", "a disposed cell");
  }
}
