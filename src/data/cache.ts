import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { errorCode } from "./data-file";
import { DataError } from "./errors";

/** The environment variables that say where data lies; `process.env` has this form. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where downloaded files are kept, as the system's custom is: `$XDG_CACHE_HOME/unroll` or `~/.cache/unroll`,
 * `~/Library/Caches/unroll` on macOS, `%LOCALAPPDATA%\unroll\Cache` on Windows.
 */
export function cacheFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "unroll"); // relative: to be ignored
  const home = environment.HOME || homedir();
  if (platform === "darwin") return join(home, "Library", "Caches", "unroll");
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "unroll", "Cache");
  return join(home, ".cache", "unroll");
}

/**
 * Writes a file so that it is there whole or not at all, whatever interrupts: under a name of its own, to the disk, then
 * renamed. Programs that write the same file at once do each other no harm.
 *
 * @throws DataError when the folder cannot be written, saying which folder and what to do
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(unfinished, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    const expected =
      "a folder that can be written (set XDG_CACHE_HOME to one, or UNROLL_DATA to a folder with the data)";
    throw new DataError(dirname(path), "cache folder", expected, errorCode(error));
  }
}
