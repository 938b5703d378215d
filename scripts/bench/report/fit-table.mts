/** The figures of --fit, for people. */
import { median } from "../median.mts";
import type { FitFigures } from "../workloads/fit.mts";
import { aligned } from "./aligned.mts";

export interface FitRow extends FitFigures {
  readonly workload: string;
}

type Shown = Pick<FitRow, "workload" | "bare_ms" | "guard" | "rows" | "rowsGuard" | "fit">;

export function fitTable(rows: readonly Shown[]): string {
  const percent = (ratio: number) => `${ratio >= 1 ? "+" : ""}${(100 * (ratio - 1)).toFixed(1)} %`;
  const header = ["", "bare step", "guard", "on rows", "guard on rows", "fit's speed of the bare step's"];
  const lines = rows.map(({ workload, bare_ms, guard, rowsGuard, rows: gathered, fit }) => [
    workload,
    `${bare_ms.toFixed(2)} ms`,
    percent(guard),
    percent(gathered),
    percent(rowsGuard),
    `${(100 / fit).toFixed(1)} %`,
  ]);
  return aligned([header, ...lines]);
}

/** The medians of several processes' figures of a workload. */
export function fitRow(workload: string, rounds: readonly FitFigures[]): FitRow {
  const of = (key: keyof FitFigures) => median(rounds.map((round) => round[key]));
  return {
    workload,
    bare_ms: of("bare_ms"),
    guarded_ms: of("guarded_ms"),
    rows_ms: of("rows_ms"),
    rowsGuarded_ms: of("rowsGuarded_ms"),
    fit_ms: of("fit_ms"),
    guard: of("guard"),
    rows: of("rows"),
    rowsGuard: of("rowsGuard"),
    fit: of("fit"),
    steps: of("steps"),
    drawn: of("drawn"),
  };
}
