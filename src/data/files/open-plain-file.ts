import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { checkIsFile, readError } from "./data-file";

/**
 * Opens a file for reading, and does not wait for a pipe or device.
 *
 * @param flags further flags of the system call, such as O_NOFOLLOW. Default: none
 * @throws DataError when there is no file, or it cannot be read
 */
export async function openPlainFile(path: string, flags = 0): Promise<{ handle: FileHandle; size: number }> {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants; // with O_NONBLOCK a pipe does not block; Windows lacks it
  const handle = await open(path, O_RDONLY | O_NONBLOCK | flags).catch((error) => {
    throw readError(path, error);
  });
  try {
    const found = await handle.stat();
    checkIsFile(path, found);
    return { handle, size: found.size };
  } catch (error) {
    await handle.close();
    throw readError(path, error);
  }
}
