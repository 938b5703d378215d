import { DataError } from "../errors";

/**
 * Refuses a path that is no text, or an empty one: Node takes that for the folder in which the program runs.
 *
 * @throws DataError
 */
export function checkPath(where: string, field: string, path: unknown): asserts path is string {
  if (typeof path === "string" && path !== "") return;
  throw new DataError(where, field, "a path", path === "" ? "an empty text" : path === null ? "null" : typeof path);
}
