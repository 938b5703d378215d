/** --profile: where the time of one compiled step goes. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { nodeTask } from "../peers.mts";
import { type Run, runChild } from "../run-child.mts";
import type { Profiled } from "../workloads/profiled.mts";
import { type Workloads, workloadOf } from "../workloads/workload.mts";

/** Where traces go, below the project's folder. */
export const PROFILES = join("report", "profiles");

export interface ProfilePlan {
  readonly workloads: readonly string[];
  readonly specs: Workloads;
  readonly shards?: number | undefined;
}

export interface ProfileOptions {
  readonly print: (line: string) => void;
  readonly say: (line: string) => void;
  readonly run?: Run<Profiled>;
  /** Default: PROFILES of this clone. */
  readonly folder?: string;
}

/** @returns whether all could be measured */
export async function profileAll(
  { workloads, specs, shards }: ProfilePlan,
  { print, say, run = runChild, folder = join(ROOT, PROFILES) }: ProfileOptions,
): Promise<boolean> {
  let good = true;
  for (const name of workloads) {
    const trace = join(folder, `${name}.json`);
    mkdirSync(dirname(trace), { recursive: true });
    try {
      const { table } = await run(nodeTask("profile", { name, workload: workloadOf(name, specs), shards, trace }));
      print(`${name}: one compiled step\n\n${table}\n\nfor ui.perfetto.dev or chrome://tracing: ${trace}`);
    } catch (error) {
      good = false;
      say(`${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  return good;
}
