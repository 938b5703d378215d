import { DataError } from "../errors";
import { checkPath } from "./check-path";
import { errorCode } from "./data-file";
import { writeError } from "./write-error";
import { type Bytes, replaceFile } from "./write-file";

/**
 * Writes a file as `replaceFile` does, for a function that the user called.
 *
 * @param where the function's name
 * @throws DataError for an empty path, and naming the file that cannot be written
 */
export async function saveFile(where: string, path: string, bytes: Bytes): Promise<void> {
  checkPath(where, "path", path);
  await withPath(path, replaceFile(path, bytes));
}

/** Turns a failure of `work` into an error that names the path. */
export const withPath = <T>(path: string, work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    throw error instanceof DataError ? error : writeError(path, errorCode(error));
  });
