import { describe, wrongOptions } from "../arguments";
import { CompileError } from "./errors";

/**
 * Checks the function and the options of `where` as soon as they are given, before the first call.
 *
 * @param known the names of all options
 * @throws CompileError when the first argument is not a function, or the options are not an object or have another name
 */
export function checkGiven(where: string, given: unknown, options: unknown, known: readonly string[]): void {
  if (typeof given !== "function")
    throw new CompileError(`${where}: expected a function first, got ${describe(given)}`);
  const wrong = wrongOptions(options, known);
  if (wrong) throw new CompileError(`${where}: options: expected ${wrong.expected}, got ${wrong.actual}`);
}

/** @throws CompileError when an argument is not a list, or has a disposed tensor in it */
export function checkList(where: string, argument: string, given: unknown): void {
  if (!Array.isArray(given)) {
    throw new CompileError(`${where}: ${argument}: expected a list of tensors, got ${describe(given)}`);
  }
  const disposed = given.findIndex((each: { isDisposed?: unknown } | undefined) => each?.isDisposed === true);
  if (disposed < 0) return;
  throw new CompileError(`${where}: ${argument}[${disposed}]: expected a live tensor, got a disposed one`);
}
