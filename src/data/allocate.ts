import { DataError } from "./errors";

/** A typed array of a user's size. @throws DataError naming the field that made the array larger than the memory */
export function allocate<T>(where: string, field: string, Kind: new (length: number) => T, length: number): T {
  try {
    return new Kind(length);
  } catch {
    throw new DataError(where, field, "a size for which there is memory", `${length} values`);
  }
}

/**
 * One array of all parts, one after the other.
 *
 * @param saver the function that writes such parts to a file without joining them, for the error
 * @throws DataError when the parts together are larger than an array can be, or than the memory
 */
export function joined(where: string, parts: readonly Uint8Array[], saver: string): Uint8Array {
  const size = parts.reduce((total, part) => total + part.length, 0);
  let file: Uint8Array;
  try {
    file = new Uint8Array(size);
  } catch {
    const expected = `at most as many bytes as one array can have; ${saver} writes larger files`;
    throw new DataError(where, "size", expected, `${size} bytes`);
  }
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
