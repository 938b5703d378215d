/** browser.json, which npm test counts from. Nothing here needs Playwright, which may not be installed yet. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "../setup/paths.mjs";

export function writeReport(folder, content) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "browser.json"), `${JSON.stringify(content, null, 2)}\n`);
}

/** Nothing could be tried here: a printed line, a report that says so. @returns the exit code */
export function skip(why, report) {
  writeReport(resolve(ROOT, report), { notebooks: { passed: 0, failed: 0, notProven: 0, skipped: 1 }, skipped: why });
  console.log(`browser: skipped: ${why}`);
  return 0;
}
