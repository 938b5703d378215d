/** The closing lines of a test run: what each check took, and how much passed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "#setup/files.mjs";
import { ROOT } from "#setup/paths.mjs";
import { type Result, sum } from "./run.mts";

/** The parts of the checks that npm test, npm run test:rest and npm run test:all make. */
export type Part = "quick" | "rest" | "all";

const fileOf = (part: string) => join(ROOT, "report", "checks", `${part}.json`);

export function writeSummary(part: Part, results: readonly Result[]): void {
  mkdirSync(dirname(fileOf(part)), { recursive: true });
  writeFileSync(fileOf(part), `${JSON.stringify(results, null, 2)}\n`);
}

/** Prints a line a check, and the counts of all. @returns the exit code */
export function tellSummary(results: readonly Result[]): number {
  console.log("");
  for (const { seconds, name } of results) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  const { passed, failed, skipped } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

// node scripts/run.mjs checks/summary quick rest: what these two runs came to, together.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = { name: "a run that wrote no summary", seconds: 0, passed: 0, failed: 1, skipped: 0 };
  const results = process.argv.slice(2).flatMap((part) => readJson<Result[]>(fileOf(part)) ?? [missing]);
  process.exitCode = tellSummary(results);
}
