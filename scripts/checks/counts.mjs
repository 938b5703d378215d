/** Reports of test runs as counts; null when there is no report to read. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * vitest's JSON. A file that fails to load has no tests, only a message: it counts as one failure.
 *
 * @param {any} report @returns {Counts | null}
 */
export function unitCounts(report) {
  if (!Number.isInteger(report?.numPassedTests)) return null;
  const unloaded = (report.testResults ?? []).filter(
    (/** @type {any} */ file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

/**
 * The JSON of a headless run or of the browser's; a claim on stand-in data proves nothing, so it is not counted as passed.
 *
 * @param {any} report @returns {Counts | null}
 */
export function notebookCounts(report) {
  const counts = report?.notebooks;
  if (!Number.isInteger(counts?.passed)) return null;
  return { passed: counts.passed, failed: counts.failed, skipped: counts.notProven + (counts.skipped ?? 0) };
}
