/** Where things are: a clone of this project, or the package inside somebody's own project. */
import { existsSync, statfsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./exec.mjs";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that setup's steps need from outside, in one record, so that tests can put something else in its place. */
export function context(overrides = {}) {
  const root = overrides.root ?? ROOT;
  const env = overrides.env ?? process.env;
  const modules = `${sep}node_modules${sep}`;
  const installedAt = root.indexOf(modules);
  return {
    root,
    env,
    clone: installedAt < 0 && existsSync(join(root, "package-lock.json")),
    project: installedAt < 0 ? root : root.slice(0, installedAt),
    cache: join(userCache(env), "unroll"),
    work: join(root, ".cache"),
    logs: join(root, ".cache", "setup"),
    platform: process.platform,
    arch: process.arch,
    explicit: false,
    say: (line) => console.log(`setup: ${line}`),
    statfs: statfsSync,
    run,
    ...overrides,
  };
}

/** The user's cache folder by the platform's custom: it survives clones, and may be deleted at any time. */
export function userCache(env, platform = process.platform) {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  if (platform === "win32") return env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  const home = env.HOME ?? homedir();
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}

/** The interpreter inside `.venv`. */
export function venvPython(root, platform = process.platform) {
  return platform === "win32" ? join(root, ".venv", "Scripts", "python.exe") : join(root, ".venv", "bin", "python");
}
