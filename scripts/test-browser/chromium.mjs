/** Which Chromium the test uses. Playwright's own download is never asked for. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findBrowser } from "../notebooks/browser.mjs";

const LIMIT = 300_000; // milliseconds for apt-get

/** @returns its path, or undefined where there is none on the PATH */
export function chromiumOrNot() {
  try {
    const name = findBrowser();
    const folders = (process.env.PATH ?? "").split(delimiter);
    return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  } catch {
    return undefined;
  }
}

/** Debian's package, where we are root and there is apt-get. @returns why it could not be, or undefined */
export function installChromium({ user = process.getuid?.(), run = spawnSync } = {}) {
  if (user !== 0) return "only root can install it";
  const options = { stdio: "ignore", timeout: LIMIT, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const install = () => run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
  const first = install();
  if (first.error?.code === "ENOENT") return "there is no apt-get";
  if (first.status === 0) return undefined;
  run("apt-get", ["update", "-qq"], options);
  return install().status === 0 ? undefined : "apt-get could not install it";
}
