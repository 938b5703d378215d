/**
 * Bad data or a bad argument. `file` names the file (or folder, address, or the function that was called), `field` the
 * field in it, `expected` says what belongs there, and `actual` what was found.
 */
export class DataError extends Error {
  override readonly name = "DataError";

  constructor(
    readonly file: string,
    readonly field: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`${file}: ${field}: expected ${expected}, got ${actual}`);
  }
}

/** Refuses a number that is not a whole number from `least` to `most`. @throws DataError */
export function checkWhole(
  where: string,
  field: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? ` of at least ${least}` : ` from ${least} to ${most}`;
  throw new DataError(where, field, `a whole number${least === Number.MIN_SAFE_INTEGER ? "" : range}`, String(value));
}

/** Refuses what is no bytes, such as a file's text or name. @throws DataError */
export function checkBytes(file: string, bytes: unknown): asserts bytes is Uint8Array {
  if (ArrayBuffer.isView(bytes) && (bytes as Uint8Array).BYTES_PER_ELEMENT === 1) return;
  throw new DataError(file, "content", "a Uint8Array, such as readFile gives", typeof bytes);
}
