/** --fit: what fit and its guard cost. */
import { nodeTask } from "../peers.mts";
import { type FitRow, fitRow } from "../report/fit-table.mts";
import { type Run, runChild } from "../run-child.mts";
import type { FitFigures } from "../workloads/fit.mts";
import { type Workloads, workloadOf } from "../workloads/workload.mts";
import type { Plan } from "./peers.mts";

export interface MeasureFitsOptions {
  readonly say: (line: string) => void;
  readonly run?: Run<FitFigures>;
}

/**
 * Measures each workload in `rounds` processes, one after the other. What is compared takes turns inside a process.
 *
 * @returns a row for each; undefined in a failure's place
 */
export async function measureFits(
  {
    workloads,
    specs,
    rounds,
    seconds,
    shards,
  }: Pick<Plan, "workloads" | "rounds" | "seconds" | "shards"> & {
    readonly specs: Workloads;
  },
  { say, run = runChild }: MeasureFitsOptions,
): Promise<(FitRow | undefined)[]> {
  const rows: (FitRow | undefined)[] = [];
  for (const name of workloads) {
    try {
      const workload = workloadOf(name, specs);
      const found: FitFigures[] = [];
      for (let round = 0; round < rounds; round++) {
        const figures = await run(nodeTask("fit", { workload, seconds, shards }));
        found.push(figures);
        say(`${name}: ${figures.bare_ms.toFixed(2)} ms bare, ${figures.fit_ms.toFixed(2)} ms in fit`);
      }
      rows.push(fitRow(name, found));
    } catch (error) {
      say(`${name} failed: ${error instanceof Error ? error.message : error}`);
      rows.push(undefined);
    }
  }
  return rows;
}
