import { ArgumentError, describe } from "../arguments";

export { checkCount, checkFunction, checkOptions, describe } from "../arguments";

/** Where a caller gave an argument, for messages: the public function and the argument's name. */
export interface ArgumentLocation {
  readonly where: string;
  readonly argument: string;
}

/** Refuses a value that is not a finite number of at least `least`. @throws ArgumentError */
export function checkNumber(where: string, argument: string, value: unknown, least = Number.NEGATIVE_INFINITY): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= least) return;
  const range = Number.isFinite(least) ? ` from ${least} up` : "";
  throw new ArgumentError(where, argument, `a number${range}`, describe(value));
}

/** Refuses a value that is not a path. @throws ArgumentError */
export function checkPath(where: string, argument: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new ArgumentError(where, argument, "a path, say runs/mnist", value === "" ? "an empty text" : describe(value));
}

/** Refuses a value that is not among `words`. @throws ArgumentError */
export function checkOneOf(where: string, argument: string, value: unknown, words: readonly unknown[]): void {
  if (words.includes(value)) return;
  throw new ArgumentError(where, argument, words.map((word) => JSON.stringify(word)).join(" or "), describe(value));
}
