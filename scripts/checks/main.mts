/** A part of the checks, after setup: runs them, tells and keeps what came of each. */
import { ROOT } from "#setup/paths.mjs";
import { CHECKS } from "./list.mts";
import { runChecks } from "./run.mts";
import { type Part, tellSummary, writeSummary } from "./summary.mts";

/**
 * @param setup its problems, and the seconds that it took
 * @returns the exit code
 */
export async function checkPart(part: Part, setup: { problems: readonly string[]; seconds: number }): Promise<number> {
  const { problems, seconds } = setup;
  const checks = CHECKS.filter(({ slow = false }) => part === "all" || slow === (part === "rest"));
  const failed = { name: "setup", seconds, passed: 0, failed: problems.length, skipped: 0 };
  const results = [...(problems.length > 0 ? [failed] : []), ...(await runChecks(checks, ROOT))];
  writeSummary(part, results);
  return tellSummary(results);
}
