/** Where things are: a clone of this project, or the package inside somebody's own project. */
import { existsSync, statfsSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./exec.mjs";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that setup's steps need from outside, in one record, so that tests can put something else in its place. */
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
    say: (line) => console.log(`setup: ${line}`),
    statfs: statfsSync,
    run,
    ...overrides,
  };
}

/**
 * Our folder in the user's cache, by the platform's custom: it survives clones, and may be deleted at any time. The same
 * rule as src/data/sources/cache.ts, which cannot be imported before it is built; a test holds them equal.
 */
function cacheFolder({ XDG_CACHE_HOME, LOCALAPPDATA, HOME }, platform) {
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "unroll"); // relative: to be ignored
  const home = HOME && isAbsolute(HOME) ? HOME : userInfo().homedir;
  if (platform === "darwin") return join(home, "Library", "Caches", "unroll");
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "unroll", "Cache");
  return join(home, ".cache", "unroll");
}

/** The interpreter inside `.venv`. */
export function venvPython(root, platform = process.platform) {
  return platform === "win32" ? join(root, ".venv", "Scripts", "python.exe") : join(root, ".venv", "bin", "python");
}
