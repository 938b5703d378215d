import { userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { replaceFile } from "../files/write-file";

/** The environment variables that say where data are; `process.env` has this form. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder for downloaded files, by the system's convention: `$XDG_CACHE_HOME/unroll` or `~/.cache/unroll`,
 * `~/Library/Caches/unroll` on macOS, `%LOCALAPPDATA%\unroll\Cache` on Windows. Setup stores its own downloads in the
 * same folder by the same rule (scripts/setup/paths.mjs); it has a copy of the rule because it runs before there is a
 * build to import.
 *
 * @example
 *   console.log(`downloads are in ${cacheFolder()}`);
 */
export function cacheFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = environment;
  // the specification says to ignore a relative path
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "unroll");
  const home = HOME && isAbsolute(HOME) ? HOME : userInfo().homedir;
  if (platform === "darwin") return join(home, "Library", "Caches", "unroll");
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "unroll", "Cache");
  return join(home, ".cache", "unroll");
}

/**
 * Writes a file of the cache, whole or not at all (see `replaceFile`).
 *
 * @throws DataError when the folder cannot be written, naming the folder and what to do
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await replaceFile(path, bytes);
  } catch (error) {
    const expected =
      "a folder that can be written (set XDG_CACHE_HOME to one, or UNROLL_DATA to a folder with the data)";
    throw new DataError(dirname(path), "cache folder", expected, errorCode(error));
  }
}
