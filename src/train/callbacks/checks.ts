import { ArgumentError } from "../../rnn";
import { checkCount, checkOptions, describe } from "../checks";

/**
 * Checks that the options have known keys only, and that `counts` are whole numbers from 0 up. @throws ArgumentError
 */
export function checkCallback(where: string, options: object, known: readonly string[], counts: object = {}): void {
  checkOptions(where, options, known);
  for (const [name, value] of Object.entries(counts)) checkCount(where, name, value, 0);
}

/** Refuses a state that this callback did not give: its keys must be among `keys`. @throws ArgumentError */
export function checkState(where: string, state: unknown, keys: readonly string[]): void {
  const given = state === null || typeof state !== "object" ? [] : Object.keys(state);
  if (given.length > 0 && given.every((key) => keys.includes(key))) return;
  throw new ArgumentError(`${where}.setState`, "state", `what getState gave, { ${keys.join(", ")} }`, describe(state));
}
