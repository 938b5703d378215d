import { wrongOptions } from "../arguments";
import { checkWhole, DataError } from "./errors";

/**
 * Refuses options that are no object, or have a key that is not known (a misspelt option would change nothing), or a seed
 * that is no whole number. @throws DataError
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  const wrong = wrongOptions(options, known);
  if (wrong !== undefined) throw new DataError(where, "options", wrong.expected, wrong.actual);
  const { seed } = options as { seed?: number };
  if (seed !== undefined) checkWhole(where, "seed", seed, Number.MIN_SAFE_INTEGER);
}

/** Refuses what is neither true nor false: any text, also "false", would mean true. @throws DataError */
export function checkBoolean(where: string, field: string, value: unknown): asserts value is boolean {
  if (typeof value === "boolean") return;
  throw new DataError(where, field, "true or false", JSON.stringify(value) ?? typeof value);
}
