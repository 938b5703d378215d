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

/** Refuses a number that is not a whole one of at least `least`. @throws ArgumentError */
export function checkCount(where: string, argument: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ArgumentError(where, argument, `a whole number of at least ${least}`, describe(value));
  }
}

/** Refuses a number outside [0, 1), NaN included. @throws ArgumentError */
export function checkBelowOne(where: string, argument: string, value: number): void {
  if (!(typeof value === "number" && value >= 0 && value < 1)) {
    throw new ArgumentError(where, argument, "a number from 0 to below 1", describe(value));
  }
}

/**
 * Refuses options that are no record, or that have a key which is not one of `known`: a misspelt option would change
 * nothing, silently.
 *
 * @throws ArgumentError naming the key
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new ArgumentError(where, "options", `{ ${known.join(", ")} }`, describe(options));
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new ArgumentError(where, "options", `{ ${known.join(", ")} }`, `also ${unknown}`);
}

/** Refuses what is no cell. @throws ArgumentError */
export function checkCell(where: string, cell: unknown): void {
  const { call, zeroState } = (cell ?? {}) as Record<string, unknown>;
  if (typeof call === "function" && typeof zeroState === "function") return;
  throw new ArgumentError(where, "cell", "a cell, as the first argument", describe(cell));
}

/** Refuses a number that is not above 0, and at most `most`. @throws ArgumentError */
export function checkPositive(where: string, argument: string, value: number, most = Number.POSITIVE_INFINITY): void {
  if (typeof value === "number" && value > 0 && value <= most && Number.isFinite(value)) return;
  const limit = Number.isFinite(most) ? ` and at most ${most}` : "";
  throw new ArgumentError(where, argument, `a number above 0${limit}`, describe(value));
}

/** Refuses a number below 0, NaN and infinity. @throws ArgumentError */
export function checkNotNegative(where: string, argument: string, value: number): void {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return;
  throw new ArgumentError(where, argument, "a number from 0 up", describe(value));
}

/** Refuses NaN, infinity and what is no number. @throws ArgumentError */
export function checkFinite(where: string, argument: string, value: number): void {
  if (!Number.isFinite(value)) throw new ArgumentError(where, argument, "a number", describe(value));
}

/** Refuses what is no function. @throws ArgumentError */
export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== "function") throw new ArgumentError(where, argument, "a function", describe(value));
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
    if (Array.isArray(tensor.shape)) return `${article(tensor.dtype ?? "")} tensor of shape [${tensor.shape}]`;
    return `an object with keys {${Object.keys(value).join(", ")}}`;
  }
  return `${typeof value} ${String(value)}`;
}

const article = (dtype: string) => `${/^[aeiou]/.test(dtype) ? "an" : "a"} ${dtype}`;
