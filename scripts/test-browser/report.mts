/** browser.json, which npm test counts from. This file does without Playwright, which may not be installed yet. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import type { Verdict } from "./verdict.mts";

/** The verdict on one notebook, or on the stop button. */
export interface Result extends Verdict {
  readonly name: string;
  /** Of the stop button: from the menu to the cell's end. */
  readonly seconds?: number;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly notProven: number;
  readonly skipped?: number;
}

export interface Report {
  readonly notebooks: Counts;
  readonly results?: readonly Result[];
  /** Why nothing could be tried. */
  readonly skipped?: string;
}

export function writeReport(folder: string, content: Report): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "browser.json"), `${JSON.stringify(content, null, 2)}\n`);
}

/** Prints and reports that nothing could be tried here. @returns the exit code */
export function skip(why: string, report: string): number {
  writeReport(resolve(ROOT, report), { notebooks: { passed: 0, failed: 0, notProven: 0, skipped: 1 }, skipped: why });
  console.log(`browser: skipped: ${why}`);
  return 0;
}
