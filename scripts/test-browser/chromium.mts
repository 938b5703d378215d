/** Which Chromium the test uses: the one on the PATH. Playwright never downloads its own. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { codeOf } from "#setup/problem.mjs";
import { findBrowser } from "../notebooks/browser.mts";

const LIMIT = 300_000; // milliseconds for apt-get

/** @returns its path; undefined when there is none on the PATH */
export function chromiumOrNot(): string | undefined {
  try {
    const name = findBrowser();
    const folders = (process.env.PATH ?? "").split(delimiter);
    return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  } catch {
    return undefined;
  }
}

/** What is used of `spawnSync`. */
export type RunSync = (
  command: string,
  args: readonly string[],
  options: { stdio: "ignore"; timeout: number; env: NodeJS.ProcessEnv },
) => { readonly status: number | null; readonly error?: Error | undefined };

/**
 * Installs Debian's package, which needs root and apt-get.
 *
 * @returns why it could not be installed; undefined when it was
 */
export function installChromium({
  user = process.getuid?.(),
  run = spawnSync,
}: {
  user?: number | undefined;
  run?: RunSync;
} = {}): string | undefined {
  if (user !== 0) return "only root can install it";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) => run("apt-get", args, { stdio: "ignore", timeout: LIMIT, env });
  const install = () => apt("install", "-y", "-qq", "--no-install-recommends", "chromium");
  const first = install();
  if (codeOf(first.error) === "ENOENT") return "there is no apt-get";
  if (first.status === 0) return undefined;
  apt("update", "-qq");
  return install().status === 0 ? undefined : "apt-get could not install it";
}
