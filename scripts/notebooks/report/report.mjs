/** What a run leaves behind: report/notebooks.json, report/junit.xml and report/index.html. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countResults } from "../verdict.mjs";
import { writeHtml } from "./html.mjs";

/** Writes all three and returns the counts, `{ notebooks, claims }`, each `{ passed, failed, notProven }`. */
export function writeReports(folder, results, run) {
  mkdirSync(folder, { recursive: true });
  const counts = countResults(results);
  const plain = results.map(({ name, shownPath, status, seconds, declaredClaims, reasons, claims }) => {
    return { name, path: shownPath, status, seconds, declaredClaims, reasons, claims };
  });
  writeFileSync(join(folder, "notebooks.json"), `${JSON.stringify({ ...run, ...counts, results: plain }, null, 2)}\n`);
  writeFileSync(join(folder, "junit.xml"), junit(results, run));
  writeHtml(folder, results, { ...run, ...counts });
  return counts;
}

/** A suite for each notebook: one case for its run, one for each claim. */
function junit(results, run) {
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

function claimCase(result, { name, verdict, text }) {
  const insides = {
    holds: [],
    fails: [failure({ kind: "claim", message: `${name} is ${text}` })],
    "not proven": [`<skipped message="not proven, on stand-in data: ${escapeXml(text)}"/>`],
  };
  return testCase(result, `claim ${name}`, insides[verdict]);
}

function testCase(result, name, insides) {
  const head = `    <testcase classname="${escapeXml(result.name)}" name="${escapeXml(name)}"`;
  return insides.length === 0 ? `${head}/>` : `${head}>${insides.join("")}</testcase>`;
}

function failure({ kind, message }) {
  const first = message.split("\n")[0];
  return `<failure type="${kind}" message="${escapeXml(first)}">${escapeXml(message)}</failure>`;
}

/** Text as XML, without the control characters that XML cannot hold (terminal colours among them). */
function escapeXml(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
  const clean = text.replace(/\u001b\[[0-9;]*m/g, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  return clean.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
