import { ArgumentError } from "../../rnn";
import { checkCount, checkOptions, describe } from "../checks";

/**
 * Checks that the options have known keys only, and that those named in `counts` are whole numbers from 0 up, where they
 * are given. @throws ArgumentError
 */
export function checkCallback(
  where: string,
  options: object,
  known: readonly string[],
  counts: readonly string[],
): void {
  checkOptions(where, options, known);
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of counts) if (given[name] !== undefined) checkCount(where, name, given[name], 0);
}

/** Refuses a state that this callback did not give: its keys must be among `keys`. @throws ArgumentError */
export function checkState(where: string, state: unknown, keys: readonly string[]): void {
  const given = state === null || typeof state !== "object" ? [] : Object.keys(state);
  if (given.length > 0 && given.every((key) => keys.includes(key))) return;
  throw new ArgumentError(`${where}.setState`, "state", `what getState gave, { ${keys.join(", ")} }`, describe(state));
}
