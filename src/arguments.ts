/** What every room says of a wrong argument, and the checks that need no tensors. */

/** A bad argument: `where` it was given, which `argument`, what was `expected` and what came (`actual`). */
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
  throw new ArgumentError(where, argument, `a whole number of at least ${least}`, describe(value));
}

/**
 * Refuses options that are no record, or that have a key which is not one of `known`: a misspelt option would change
 * nothing, silently.
 *
 * @throws ArgumentError naming the key
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  const wrong = wrongOptions(options, known);
  if (wrong !== undefined) throw new ArgumentError(where, "options", wrong.expected, wrong.actual);
}

/** What is expected of options and what came, where they are no record or have a key that is not known. */
export function wrongOptions(
  options: unknown,
  known: readonly string[],
): { expected: string; actual: string } | undefined {
  const expected = `{ ${known.join(", ")} }`;
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    return { expected, actual: describe(options) };
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  return unknown === undefined ? undefined : { expected, actual: `also ${unknown}` };
}

/** Refuses what is no function. @throws ArgumentError */
export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== "function") throw new ArgumentError(where, argument, "a function", describe(value));
}

/** A value in a few words, for error messages: `a float32 tensor of shape [2,3]`, `Float64Array of shape [3]`. */
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

/** "a float32", "an int32" */
export const article = (dtype: string): string => `${/^[aeiou]/.test(dtype) ? "an" : "a"} ${dtype}`;
