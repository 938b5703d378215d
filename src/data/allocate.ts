import { DataError } from "./errors";

/** A typed array of a user's size. @throws DataError naming the field that made the array larger than the memory */
export function allocate<T>(where: string, field: string, Kind: new (length: number) => T, length: number): T {
  try {
    return new Kind(length);
  } catch {
    throw new DataError(where, field, "a size for which there is memory", `${length} values`);
  }
}
