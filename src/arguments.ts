/** Errors about wrong arguments, for every room, and the checks that need no tensors. */

import { didYouMean } from "./spelling";

export { nearestName, plain } from "./spelling";
export { didYouMean };

/**
 * A bad argument: `where` names the function that got it, `argument` names the argument, `expected` says what that
 * function takes, and `actual` what it got.
 */
export class ArgumentError extends RangeError {
  override readonly name = "ArgumentError";

  constructor(
    readonly where: string,
    readonly argument: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`${where}: ${argument}: expected ${expected}, got ${actual}`);
  }
}

/** Refuses a value that is not a whole number of at least `least`. @throws ArgumentError */
export function checkCount(where: string, argument: string, value: unknown, least = 1): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  const range = least === Number.MIN_SAFE_INTEGER ? "" : ` of at least ${least}`;
  throw new ArgumentError(where, argument, `a whole number${range}`, describe(value));
}

/** Refuses a seed that is no whole number: TensorFlow.js would take any text as a seed, and NaN. @throws ArgumentError */
export function checkSeed(where: string, seed: unknown): void {
  if (seed !== undefined) checkCount(where, "seed", seed, Number.MIN_SAFE_INTEGER);
}

/**
 * Refuses options that are not a plain object, options with a key that is not among `known` (a misspelt option would
 * otherwise change nothing, silently), and a seed that is no whole number.
 *
 * @throws ArgumentError naming the key
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  const wrong = wrongOptions(options, known);
  if (wrong !== undefined) throw new ArgumentError(where, "options", wrong.expected, wrong.actual);
  checkSeed(where, (options as { seed?: unknown }).seed);
}

/**
 * Compares options with the known keys. @returns what was expected and what came; undefined when the options are good
 */
export function wrongOptions(
  options: unknown,
  known: readonly string[],
): { expected: string; actual: string } | undefined {
  const expected = `{ ${known.join(", ")} }`;
  if (!isOptions(options)) return { expected, actual: describe(options) };
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  return unknown === undefined ? undefined : { expected, actual: `also ${unknown}${didYouMean(unknown, known)}` };
}

/** Whether a value may be options: an object that is no list, array, map or promise, all of which have no known keys. */
export function isOptions(value: unknown): value is object {
  if (value === null || typeof value !== "object" || value instanceof Promise) return false;
  return !ArrayBuffer.isView(value) && !(Symbol.iterator in value);
}

/** Refuses a value that is not a function. @throws ArgumentError */
export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== "function") throw new ArgumentError(where, argument, "a function", describe(value));
}

/** Whether a function takes that many arguments. Rest and default parameters are not counted: with one, it takes any number. */
export function takesArguments(given: { readonly length: number }, count: number): boolean {
  return given.length >= count || /\.\.\.|=/.test(parametersOf(String(given)));
}

/** The text in a function's first parentheses; empty for `x => …`. */
function parametersOf(text: string): string {
  const begin = text.indexOf("(");
  if (/^\s*(async\s+)?[\w$]+\s*=>/.test(text) || begin < 0) return "";
  let depth = 0;
  for (let i = begin; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (depth === 0) return text.slice(begin, i);
  }
  return text;
}

/**
 * Describes a value in a few words, for error messages: `a float32 tensor of shape [2,3]`, `Float64Array of shape
 * [3]`.
 */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return `${typeof value} ${String(value)}`;
  if (value instanceof Promise) return "a promise";
  const { dtype, shape, data } = value as { dtype?: unknown; shape?: unknown; data?: unknown };
  if (Array.isArray(shape) && typeof dtype === "string") return `${article(dtype)} tensor of shape [${shape}]`;
  if (Array.isArray(shape) && ArrayBuffer.isView(data)) return `${data.constructor.name} of shape [${shape}]`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  return `an object with keys {${Object.keys(value).join(", ")}}`;
}

/** Lists at most 12 names, for messages. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.length <= 12 ? names.join(", ") : `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`;
}

/** Puts the article before a dtype: "a float32", "an int32". */
export const article = (dtype: string): string => `${/^[aeiou]/.test(dtype) ? "an" : "a"} ${dtype}`;

const weightNames = new WeakMap<object, string>();

/** Remembers what weights are called, so that errors can name them: "rnn/gru_cell/gates/kernel". The last name counts. */
export function nameWeights(weights: Readonly<Record<string, object>>): void {
  for (const [name, variable] of Object.entries(weights)) weightNames.set(variable, name);
}

/**
 * What an error calls a weight: the name that its model gives it, or the name that its maker gave it. (TensorFlow.js
 * numbers all other variables, and such a number tells a reader nothing.)
 *
 * @param otherwise what to say of a variable without a name. Default: "a weight of shape [2,3]".
 */
export function weightName(
  variable: { readonly name: string; readonly shape: readonly number[] },
  otherwise = `a weight of shape [${variable.shape}]`,
): string {
  return weightNames.get(variable) ?? (/^\d+$/.test(variable.name) ? otherwise : variable.name);
}

/** Drops the properties whose value is undefined: options then get their defaults, and data have no such part. */
export function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
