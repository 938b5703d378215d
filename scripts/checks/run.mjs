/** The checks of npm test, one after the other, each with its heading, its time and what it counts. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "../setup/files.mjs";
import { ROOT } from "../setup/paths.mjs";
import { notebookCounts, unitCounts } from "./counts.mjs";

const UNIT_REPORT = join(ROOT, ".cache", "test", "unit.json");
const NOTEBOOK_REPORT = join(ROOT, "report", "notebooks.json");

/** A check's `counts` reads its report; without one the check itself counts as one. */
const CHECKS = [
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "check"] },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.test.json"] },
  { name: "declarations, read by the kernel's TypeScript", args: ["scripts/checks/declarations.mjs"] },
  {
    name: "unit tests",
    args: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${UNIT_REPORT}`,
    ],
    report: UNIT_REPORT,
    counts: unitCounts,
  },
  { name: "TensorFlow 1.x's numbers, natively", args: ["scripts/golden.mjs"] },
  { name: "TensorFlow 1.x's numbers, in WebAssembly", args: ["scripts/golden.mjs", "--engine", "wasm"] },
  { name: "TensorFlow 1.x's numbers, in plain JavaScript", args: ["scripts/golden.mjs", "--engine", "cpu"] },
  { name: "the notebooks' committed outputs", args: ["scripts/run-notebooks.mjs", "--check-outputs"] },
  {
    name: "notebooks, quick profile",
    args: ["scripts/run-notebooks.mjs", "--no-setup"],
    report: NOTEBOOK_REPORT,
    counts: notebookCounts,
  },
];

/** @returns for each check `{ passed, failed, skipped }` */
export async function runChecks(checks = CHECKS, root = ROOT) {
  const results = [];
  for (const check of checks) {
    const started = Date.now();
    console.log(`\n── ${check.name}`);
    results.push(await runCheck(check, root));
    const sign = results.at(-1).failed === 0 ? "✓" : "✗";
    console.log(`${sign} ${check.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  return results;
}

async function runCheck({ args, report, counts }, root) {
  if (report) {
    rmSync(report, { force: true }); // an old report must not speak for a run that crashed
    mkdirSync(dirname(report), { recursive: true });
  }
  const code = existsSync(join(root, args[0])) ? await ended(args, root) : missing(args[0]);
  const found = report ? counts(readJson(report)) : null;
  if (found === null)
    return { passed: code === 0 && !report ? 1 : 0, failed: code === 0 && !report ? 0 : 1, skipped: 0 };
  // A run that ended badly has failed, even when each of its tests passed.
  return { ...found, failed: code !== 0 && found.failed === 0 ? 1 : found.failed };
}

function missing(script) {
  console.log(`${script} is not there`);
  return 1;
}

function ended(args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

export function sum(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) for (const key of Object.keys(total)) total[key] += count[key];
  return total;
}
