import { ArgumentError, describe } from "../../arguments";

/** Refuses a value that is not among `words`. @throws ArgumentError */
export function checkOneOf(where: string, argument: string, value: unknown, words: readonly string[]): void {
  if (words.some((word) => word === value)) return;
  throw new ArgumentError(where, argument, words.map((word) => JSON.stringify(word)).join(" or "), describe(value));
}

/** Refuses what is neither true nor false: any text, also "false", would mean true. @throws ArgumentError */
export function checkBoolean(where: string, argument: string, value: unknown): void {
  if (typeof value !== "boolean") throw new ArgumentError(where, argument, "true or false", describe(value));
}
