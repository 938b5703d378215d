import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { notebookCounts, unitCounts } from "../../scripts/checks/counts.mjs";
import { consumer, entries } from "../../scripts/checks/declarations.mjs";
import { runChecks, sum } from "../../scripts/checks/run.mjs";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { temporaryFolder, write } from "./support.mjs";

test("unit tests: a file that did not load counts as a failure", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{}] },
  ];
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults };
  expect(unitCounts(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("notebooks: not proven is not passed", () => {
  const report = { notebooks: { passed: 2, failed: 1, notProven: 3 } };
  expect(notebookCounts(report)).toEqual({ passed: 2, failed: 1, skipped: 3 });
});

test("no report, or another file in its place, is no count", () => {
  for (const report of [null, {}, { notebooks: {} }])
    expect([unitCounts(report), notebookCounts(report)]).toEqual([null, null]);
});

test("a check without tests counts as one; a crash counts as a failure, whatever an old or a green report says", async () => {
  const root = temporaryFolder();
  const report = join(root, "report.json");
  const green = `require("fs").writeFileSync(${JSON.stringify(report)}, '{"notebooks":{"passed":3,"failed":0,"notProven":0}}');`;
  write(root, {
    "good.cjs": "",
    "bad.cjs": "process.exit(3)",
    "green.cjs": green,
    "green-then-bad.cjs": `${green} process.exit(1)`,
  });
  const counted = { report, counts: notebookCounts };
  const checks = [
    { name: "good", args: ["good.cjs"] },
    { name: "bad", args: ["bad.cjs"] },
    { name: "absent", args: ["absent.cjs"] },
    { name: "green", args: ["green.cjs"], ...counted },
    { name: "green, then bad", args: ["green-then-bad.cjs"], ...counted },
    { name: "old report", args: ["good.cjs"], ...counted },
  ];
  vi.spyOn(console, "log").mockImplementation(() => {});
  const results = await runChecks(checks, root);
  vi.restoreAllMocks();
  expect(results.map(({ passed, failed }) => [passed, failed])).toEqual([
    [1, 0],
    [0, 1],
    [0, 1],
    [3, 0],
    [3, 1],
    [0, 1],
  ]);
  expect(sum(results)).toEqual({ passed: 7, failed: 4, skipped: 0 });
});

test("the declarations' check imports every entry of the package by its name", () => {
  expect(entries(ROOT)).toEqual(expect.arrayContaining(["unroll", "unroll/rnn", "unroll/data", "unroll/tf"]));
  expect(consumer(["unroll", "unroll/rnn"])).toMatch(/entry1 from "unroll\/rnn"/);
});
