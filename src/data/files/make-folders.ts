import { existsSync, mkdirSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "./data-file";

/**
 * Makes a folder and those above it. (Node's own `mkdir` with `recursive` does not: where no folder can be made although
 * the one above is there, as in /proc, it tries for ever.)
 *
 * @returns the topmost folder that was made; undefined when all were there
 * @throws the system's error
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    await mkdir(folder).catch(async (error) => {
      // another program may have made it in the meantime
      if (errorCode(error) !== "EEXIST" || !(await isFolder(folder).catch(() => false))) throw error;
    });
  }
  return missing[0];
}

/** As `makeFolders`, for a caller that cannot wait: a callback's hook that checks its file. @throws the system's error */
export function makeFoldersSync(path: string): void {
  if (existsSync(path)) return;
  makeFoldersSync(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error; // another program may have made it in the meantime
  }
}

/** @returns false when nothing is there. @throws the system's error, and ENOTDIR for what is no folder */
async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error) => {
    if (errorCode(error) === "ENOENT" && dirname(path) !== path) return undefined;
    throw error;
  });
  if (found === undefined || found.isDirectory()) return found !== undefined;
  throw Object.assign(new Error(`${path} is no folder`), { code: "ENOTDIR" });
}
