/** The closing lines of a test run: what each check took, and how much passed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "../setup/files.mjs";
import { ROOT } from "../setup/paths.mjs";
import { sum } from "./run.mjs";

/** @typedef {import("./run.mjs").Result} Result */

/** @param {string} part of the checks: quick, rest or all */
const fileOf = (part) => join(ROOT, "report", "checks", `${part}.json`);

/** @param {string} part @param {readonly Result[]} results */
export function writeSummary(part, results) {
  mkdirSync(dirname(fileOf(part)), { recursive: true });
  writeFileSync(fileOf(part), `${JSON.stringify(results, null, 2)}\n`);
}

/** @param {readonly Result[]} results @returns {number} the exit code */
export function tellSummary(results) {
  console.log("");
  for (const { seconds, name } of results) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  const { passed, failed, skipped } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

// node scripts/checks/summary.mjs quick rest: what those two runs came to, together.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = { name: "a run that wrote no summary", seconds: 0, passed: 0, failed: 1, skipped: 0 };
  const results = process.argv.slice(2).flatMap((part) => readJson(fileOf(part)) ?? [missing]);
  process.exitCode = tellSummary(results);
}
