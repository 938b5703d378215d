/** The figures of --fit, for people. */
import { median } from "./measure.mjs";

/** The medians of several processes' figures, as lines for people. */
export function fitTable(rows) {
  const percent = (ratio) => `${ratio >= 1 ? "+" : ""}${(100 * (ratio - 1)).toFixed(1)} %`;
  const lines = rows.map(({ workload, bare_ms, guard, rowsGuard, rows: gathered, fit }) => [
    workload,
    `${bare_ms.toFixed(2)} ms`,
    percent(guard),
    percent(gathered),
    percent(rowsGuard),
    `${(100 / fit).toFixed(1)} %`,
  ]);
  const header = ["", "bare step", "guard", "on rows", "guard on rows", "fit's speed of the bare step's"];
  const widths = header.map((_, i) => Math.max(...[header, ...lines].map((line) => line[i].length)));
  return [header, ...lines]
    .map((line) =>
      `  ${line.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  ")}`.trimEnd(),
    )
    .join("\n");
}

/** Several processes' figures of a workload in one row. */
export function fitRow(workload, rounds) {
  const keys = Object.keys(rounds[0]);
  return { workload, ...Object.fromEntries(keys.map((key) => [key, median(rounds.map((round) => round[key]))])) };
}
