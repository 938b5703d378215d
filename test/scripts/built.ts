import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { ROOT } from "../../scripts/setup/paths.mjs";

/** For tests of what npm run build makes: builds dist first, where a source has changed. */
export function buildFirst(): void {
  const limit = 10 * 60_000; // a busy machine, or another test's build to wait for
  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/build.mjs")], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  }, limit);
}
