/** A profile of a compiled training step. */
import { writeFileSync } from "node:fs";
import type { Library } from "./library.mts";
import { compiledStep } from "./steps.mts";
import type { Workload } from "./workload.mts";

export interface Profiled {
  /** Times by operation and by cell or layer, as text. */
  readonly table: string;
}

const WARM_UPS = 6;

/** @param trace the file that the trace for ui.perfetto.dev is written into */
export function profiled(
  library: Library,
  {
    workload,
    shards,
    trace,
  }: { readonly workload: Workload; readonly shards?: number | undefined; readonly trace: string },
): Profiled {
  const { profile, profileTable, chromeTrace } = library.compile;
  const step = compiledStep(library, workload, { shards });
  for (let i = 0; i < WARM_UPS; i++) step();
  const taken = profile(step);
  writeFileSync(trace, JSON.stringify(chromeTrace(taken)));
  return { table: profileTable(taken) };
}
