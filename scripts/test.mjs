/**
 * npm test: setup, then everything that can be wrong: format and lint, types, declarations, unit tests, the notebooks'
 * committed outputs, and all notebooks headless in the quick profile. A failure does not stop the steps after it, so
 * that one run tells all. Each check without tests of its own counts as one.
 *
 * The last line is "N passed, N failed, N skipped" (a notebook that is "not proven" counts as skipped).
 */
import { nodeProblem } from "./setup/node-version.mjs";

async function main() {
  const problem = nodeProblem(process.version);
  if (problem) {
    console.error(`setup: ${problem}`);
    return 1;
  }
  const { setup } = await import("./setup/index.mjs");
  const problems = await setup();
  const { runChecks, sum } = await import("./checks/run.mjs");
  const counts = problems.length > 0 ? [{ passed: 0, failed: problems.length, skipped: 0 }] : [];
  const { passed, failed, skipped } = sum([...counts, ...(await runChecks())]);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

main().then((code) => {
  process.exitCode = code;
});
