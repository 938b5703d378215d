import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { withPage } from "../../scripts/notebooks/browser.mts";
import { temporaryFolder } from "../temporary-folder";

/** A machine whose "chromium" says its version and then never answers. @returns what is left in its temporary folder */
function silentBrowser(): () => string[] {
  const folder = temporaryFolder();
  onTestFinished(() => void vi.unstubAllEnvs());
  const program = join(folder, "chromium");
  writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] || exec sleep 60\n');
  chmodSync(program, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  vi.stubEnv("TMPDIR", folder);
  return () => readdirSync(folder).filter((name) => name !== "chromium");
}

test.skipIf(process.platform === "win32")("a browser that does not answer is ended at its time limit", async () => {
  const left = silentBrowser();
  await expect(withPage(async () => "drawn", { limit: 300 })).rejects.toThrow(
    "Chromium did not answer Target.getTargets in 0.3 s",
  );
  expect(left()).toEqual([]);
});

test.skipIf(process.platform === "win32")("an aborted signal ends the browser at once", async () => {
  const left = silentBrowser();
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  await expect(withPage(async () => "drawn", { signal: stop.signal })).rejects.toThrow("Chromium ended before");
  await expect(withPage(async () => "drawn", { signal: stop.signal })).rejects.toThrow("aborted");
  expect(left()).toEqual([]);
});
