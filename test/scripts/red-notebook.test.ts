// That a notebook can go red at all is tried in every quick run; run-notebooks.slow.test.ts has all the ways of it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readJson } from "../../scripts/setup/files.mjs";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { buildFirst } from "./built";
import { temporaryFolder } from "./support";

buildFirst();

test("a notebook with a claim that fails is red, and the run ends with 1", () => {
  const report = temporaryFolder();
  const args = [
    "dist/scripts/run-notebooks.mjs",
    "--no-setup",
    "--report",
    report,
    "test/notebooks/red-threshold.ipynb",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect(status, stderr).toBe(1);
  expect(stdout).toContain("notebooks: 0 passed, 1 failed, 0 not proven");
  expect(readJson(join(report, "notebooks.json"))).toMatchObject({
    results: [{ name: "red-threshold", status: "failed", reasons: [{ kind: "claim" }] }],
  });
});
