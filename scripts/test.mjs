/**
 * npm test: setup, then everything that can be wrong and is quick to see: format and lint, types, declarations, golden
 * numbers, unit tests, the notebooks' committed outputs, and notebooks headless in the quick profile.
 *
 *   npm run test:all     that, and what is slow and rare
 *   npm run test:rest    what npm test leaves out
 *
 * A failure does not stop the checks after it, so that one run shows every failure. Each check without tests of its own
 * counts as one. The last line is "N passed, N failed, N skipped" (a notebook that is "not proven" counts as skipped).
 */
import { nodeProblem } from "./setup/node-version.mjs";

/** @type {Record<string, "quick" | "all" | "rest">} */
const PARTS = { "": "quick", "--all": "all", "--rest": "rest" };

/** @returns {Promise<number>} the exit code */
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
  const { existsSync } = await import("node:fs");
  const checks = new URL("../dist/scripts/checks/main.mjs", import.meta.url); // setup has built it
  if (!existsSync(checks)) {
    console.log(`\n0 passed, ${problems.length} failed, 0 skipped`);
    return 1;
  }
  /** @type {typeof import("./checks/main.mts")} */
  const { checkPart } = await import(checks.href);
  return checkPart(part, { problems, seconds: (performance.now() - began) / 1000 });
}

main().then((code) => {
  process.exitCode = code;
});
