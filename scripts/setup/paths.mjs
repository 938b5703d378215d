/** Where things are: a clone of this project, or the package inside somebody's own project. */
import { existsSync, statfsSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./exec.mjs";

/** @import { Run } from "./exec.mjs" */

/** The project's folder, in a clone and in the installed package. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Everything that setup's steps need from outside, in one record: tests put something else in its place.
 *
 * @typedef {object} Context
 * @property {string} root this package's folder
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} clone whether `root` is a clone of this project, and not the package inside another project
 * @property {string} project the project that has installed the package; `root` itself in a clone
 * @property {string} cache our folder in the user's cache
 * @property {string} work for locks and stamps
 * @property {string} logs the last run's logs
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {boolean} explicit whether the user has asked for setup itself: a step that failed lately is tried again
 * @property {boolean} again whether the native engine is installed anew, even when there is one that works
 * @property {(line: string) => void} say
 * @property {(path: string) => { bavail: number, bsize: number }} statfs
 * @property {Run} run
 */

/**
 * @param {Partial<Context>} [overrides]
 * @returns {Context}
 */
export function context(overrides = {}) {
  const root = overrides.root ?? ROOT;
  const { env = process.env, platform = process.platform } = overrides;
  const modules = `${sep}node_modules${sep}`;
  const installedAt = root.indexOf(modules);
  return {
    root,
    env,
    clone: installedAt < 0 && existsSync(join(root, "package-lock.json")),
    project: installedAt < 0 ? root : root.slice(0, installedAt),
    cache: cacheFolder(env, platform),
    work: join(root, ".cache"),
    logs: join(root, ".cache", "setup"),
    platform,
    arch: process.arch,
    explicit: false,
    again: false,
    say: (line) => console.log(`setup: ${line}`),
    statfs: statfsSync,
    run,
    ...overrides,
  };
}

/**
 * Our folder in the user's cache, by the platform's custom. All clones share it, and the user may delete it at any time.
 * src/data/sources/cache.ts has the same rule; setup cannot import it, because setup builds it. A test holds them equal.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
function cacheFolder({ XDG_CACHE_HOME, LOCALAPPDATA, HOME }, platform) {
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "unroll"); // XDG: ignore a relative path
  const home = HOME && isAbsolute(HOME) ? HOME : userInfo().homedir;
  if (platform === "darwin") return join(home, "Library", "Caches", "unroll");
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "unroll", "Cache");
  return join(home, ".cache", "unroll");
}

/**
 * The interpreter inside `.venv`.
 *
 * @param {string} root
 * @param {NodeJS.Platform} [platform]
 */
export function venvPython(root, platform = process.platform) {
  return platform === "win32" ? join(root, ".venv", "Scripts", "python.exe") : join(root, ".venv", "bin", "python");
}
