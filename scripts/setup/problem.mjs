/** What the user has to know: one line that says what is missing and what to do. Shown without a stack trace. */
export class Problem extends Error {
  /**
   * @param missing what is missing or went wrong, with names and numbers
   * @param remedy what to do about it
   */
  constructor(missing, remedy) {
    super(`${missing}: ${remedy}`);
    this.name = "Problem";
  }
}
