import { describe, wrongOptions } from "../arguments";
import { CompileError } from "./errors";

/**
 * Refuses, when it is given and not at its first call, what is no function, and options that are not known.
 *
 * @throws CompileError
 */
export function checkGiven(where: string, given: unknown, options: unknown, known: readonly string[]): void {
  if (typeof given !== "function")
    throw new CompileError(`${where}: expected a function first, got ${describe(given)}`);
  const wrong = wrongOptions(options, known);
  if (wrong) throw new CompileError(`${where}: options: expected ${wrong.expected}, got ${wrong.actual}`);
}

/** Refuses what is no list. @throws CompileError */
export function checkList(where: string, argument: string, given: unknown): void {
  if (!Array.isArray(given)) {
    throw new CompileError(`${where}: ${argument}: expected a list of tensors, got ${describe(given)}`);
  }
}
