/**
 * npm test: setup, then everything that can be wrong and is quick to see: format and lint, types, declarations, golden
 * numbers, unit tests, the notebooks' committed outputs, and notebooks headless in the quick profile.
 *
 *   npm run test:all     that, and what is slow and rare
 *   npm run test:rest    what npm test leaves out
 *
 * A failure does not stop the checks after it, so that one run tells all. Each check without tests of its own counts as
 * one. The last line is "N passed, N failed, N skipped" (a notebook that is "not proven" counts as skipped).
 */
import { nodeProblem } from "./setup/node-version.mjs";

/** @type {Record<string, "quick" | "all" | "rest">} */
const PARTS = { "": "quick", "--all": "all", "--rest": "rest" };

async function main() {
  const part = PARTS[process.argv.slice(2).join(" ")];
  if (!part) {
    console.error(`test: expected nothing, --all or --rest, got ${process.argv.slice(2).join(" ")}`);
    return 2;
  }
  const problem = nodeProblem(process.version);
  if (problem) {
    console.error(`setup: ${problem}`);
    return 1;
  }
  const began = performance.now();
  const { setup } = await import("./setup/index.mjs");
  const problems = await setup();
  const { ROOT } = await import("./setup/paths.mjs");
  const { CHECKS } = await import("./checks/list.mjs");
  const { runChecks } = await import("./checks/run.mjs");
  const { tellSummary, writeSummary } = await import("./checks/summary.mjs");
  const checks = CHECKS.filter(({ slow = false }) => part === "all" || slow === (part === "rest"));
  const failed = {
    name: "setup",
    seconds: (performance.now() - began) / 1000,
    passed: 0,
    failed: problems.length,
    skipped: 0,
  };
  const results = [...(problems.length > 0 ? [failed] : []), ...(await runChecks(checks, ROOT))];
  writeSummary(part, results);
  return tellSummary(results);
}

main().then((code) => {
  process.exitCode = code;
});
