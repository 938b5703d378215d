/** What reports of test runs count. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What is read of vitest's JSON. */
interface UnitReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** What is read of the JSON of a headless run, or of the browser's. */
interface NotebookReport {
  readonly notebooks: {
    readonly passed: number;
    readonly failed: number;
    readonly notProven: number;
    readonly skipped?: number;
  };
}

/**
 * Counts vitest's JSON. A file that fails to load has no tests, only a message: it counts as one failure.
 *
 * @returns null when there is no such report
 */
export function unitCounts(report: unknown): Counts | null {
  if (!isUnitReport(report)) return null;
  const unloaded = (report.testResults ?? []).filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

/**
 * Counts the JSON of a headless run, or of the browser's. A claim on stand-in data proves nothing: the notebook counts as
 * skipped.
 *
 * @returns null when there is no such report
 */
export function notebookCounts(report: unknown): Counts | null {
  if (!isNotebookReport(report)) return null;
  const { passed, failed, notProven, skipped = 0 } = report.notebooks;
  return { passed, failed, skipped: notProven + skipped };
}

function isUnitReport(report: unknown): report is UnitReport {
  return isRecord(report) && Number.isInteger(report.numPassedTests);
}

function isNotebookReport(report: unknown): report is NotebookReport {
  return isRecord(report) && isRecord(report.notebooks) && Number.isInteger(report.notebooks.passed);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
