/** A bad argument: `where` it was given, which `argument`, what was `expected` and what came (`actual`). */
export class ArgumentError extends RangeError {
  override readonly name = "ArgumentError";

  constructor(
    readonly where: string,
    readonly argument: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`${where}: ${argument}: expected ${expected}, got ${actual}`);
  }
}
