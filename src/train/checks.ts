import { ArgumentError } from "../rnn";

/** A value in a few words, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "function") return "a function";
  return typeof value === "object"
    ? `an object with keys {${Object.keys(value).join(", ")}}`
    : `${typeof value} ${value}`;
}

/** Refuses what is no record, and keys that are not known: a misspelt option would change nothing, silently. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  const expected = `{ ${known.join(", ")} }`;
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new ArgumentError(where, "options", expected, describe(options));
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new ArgumentError(where, "options", expected, `also ${unknown}`);
}

/** Refuses what is not a whole number from `least` up. */
export function checkCount(where: string, argument: string, value: unknown, least = 1): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new ArgumentError(where, argument, `a whole number of at least ${least}`, describe(value));
}

/** Refuses what is no number from `least` up, NaN and infinity. */
export function checkNumber(where: string, argument: string, value: unknown, least = Number.NEGATIVE_INFINITY): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= least) return;
  const range = Number.isFinite(least) ? ` from ${least} up` : "";
  throw new ArgumentError(where, argument, `a number${range}`, describe(value));
}

export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== "function") throw new ArgumentError(where, argument, "a function", describe(value));
}

/** Refuses a value that is none of the words. */
export function checkOneOf(where: string, argument: string, value: unknown, words: readonly unknown[]): void {
  if (words.includes(value)) return;
  throw new ArgumentError(where, argument, words.map((word) => JSON.stringify(word)).join(" or "), describe(value));
}
