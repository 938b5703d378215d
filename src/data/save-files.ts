import { join } from "node:path";
import { errorCode } from "./data-file";
import { DataError } from "./errors";
import { replaceFile } from "./write-file";

/**
 * Writes files into a folder, which is made: one after the other, each there whole or not at all. What else lies there
 * stays.
 *
 * @param files bytes by name
 * @throws DataError naming the file that cannot be written
 */
export async function saveFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    await replaceFile(path, bytes).catch((error) => {
      throw new DataError(path, "access", "a place that can be written", errorCode(error));
    });
  }
}
