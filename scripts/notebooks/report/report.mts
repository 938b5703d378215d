/** What a run leaves behind: report/notebooks.json, report/junit.xml and report/index.html. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "#setup/files.mjs";
import type { Result } from "../run.mts";
import { type Claim, countResults, type Reason } from "../verdict.mts";
import { type Run, writeHtml } from "./html.mts";

/** Writes all three and returns the counts. */
export function writeReports(folder: string, results: readonly Result[], run: Run): ReturnType<typeof countResults> {
  mkdirSync(folder, { recursive: true });
  const counts = countResults(results);
  const plain = results.map(({ name, shownPath, status, seconds, declaredClaims, reasons, claims }) => {
    return { name, path: shownPath, status, seconds, declaredClaims, reasons, claims };
  });
  writeWhole(join(folder, "notebooks.json"), `${JSON.stringify({ ...run, ...counts, results: plain }, null, 2)}\n`);
  writeWhole(join(folder, "junit.xml"), junit(results, run));
  writeHtml(folder, results, { ...run, ...counts });
  return counts;
}

/** A suite for each notebook: one case for its run, one for each claim. */
function junit(results: readonly Result[], run: Run): string {
  const suites = results.map((result) => {
    const others = result.reasons.filter(({ kind }) => kind !== "claim");
    const cases = [
      testCase(result, "runs", others.map(failure)),
      ...result.claims.map((claim) => claimCase(result, claim)),
    ];
    const failures = cases.filter((text) => text.includes("<failure")).length;
    const skipped = cases.filter((text) => text.includes("<skipped")).length;
    const numbers = `tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${result.seconds}"`;
    return `  <testsuite name="${escapeXml(result.name)}" ${numbers}>\n${cases.join("\n")}\n  </testsuite>`;
  });
  const name = `notebooks (${run.profile})`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}" time="${run.seconds}">\n${suites.join("\n")}\n</testsuites>\n`;
}

function claimCase(result: Result, { name, verdict, text }: Claim): string {
  const insides = {
    holds: [],
    fails: [failure({ kind: "claim", message: `${name} is ${text}` })],
    "not proven": [`<skipped message="not proven, on stand-in data: ${escapeXml(text)}"/>`],
  };
  return testCase(result, `claim ${name}`, insides[verdict]);
}

function testCase(result: Result, name: string, insides: readonly string[]): string {
  const head = `    <testcase classname="${escapeXml(result.name)}" name="${escapeXml(name)}"`;
  return insides.length === 0 ? `${head}/>` : `${head}>${insides.join("")}</testcase>`;
}

function failure({ kind, message }: Reason): string {
  const [first = ""] = message.split("\n");
  return `<failure type="${kind}" message="${escapeXml(first)}">${escapeXml(message)}</failure>`;
}

/** Text as XML, without the control characters that XML cannot hold (terminal colours among them). */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
  const clean = text.replace(/\u001b\[[0-9;]*m/g, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  return clean.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
