/** What the user has to know: one line that says what is missing and what to do. Shown without a stack trace. */
export class Problem extends Error {
  /**
   * @param {string} missing what is missing or went wrong, with names and numbers
   * @param {string} remedy what to do about it
   */
  constructor(missing, remedy) {
    super(`${missing}: ${remedy}`);
    this.name = "Problem";
  }
}

/**
 * The code of an error of the operating system, as "ENOENT".
 *
 * @param {unknown} error
 * @returns {string | undefined} undefined when the error has no code
 */
export function codeOf(error) {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
