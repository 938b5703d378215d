/** --verify: are compiled and eager steps the same? */
import { nodeTask } from "../peers.mts";
import { MOST } from "../python/check-losses.mts";
import { type Run, runChild } from "../run-child.mts";
import type { Difference } from "../workloads/difference.mts";
import { type Workloads, workloadOf } from "../workloads/workload.mts";

const STEPS = 50;
const DRIFT = 1e-5;
const LIMIT = 30 * 60_000; // milliseconds; eagerly, 50 long steps take minutes

export interface VerifyPlan {
  /** Their names, in order. */
  readonly workloads: readonly string[];
  readonly specs: Workloads;
}

export interface VerifyOptions {
  /** Takes a line for each workload. */
  readonly print: (line: string) => void;
  readonly say: (line: string) => void;
  readonly run?: Run<Difference>;
}

/** @returns whether all agree */
export async function verifyAll(
  { workloads, specs }: VerifyPlan,
  { print, say, run = runChild }: VerifyOptions,
): Promise<boolean> {
  let good = true;
  for (const name of workloads) {
    try {
      const task = nodeTask("verify", { workload: workloadOf(name, specs), steps: STEPS, drift: DRIFT });
      const { difference, drift, seed } = await run(task, { limit: LIMIT });
      const agrees = difference !== null && difference <= MOST; // JSON writes NaN as null
      good &&= agrees;
      const size = difference === null ? "undecided" : difference.toExponential(1);
      const by = `${STEPS} steps, seed ${seed}; eager is ${drift?.toExponential(1)} from itself one rounding off`;
      print(`${agrees ? "ok  " : "FAIL"} ${name.padEnd(16)} largest relative loss difference ${size}, ${by}`);
    } catch (error) {
      good = false;
      print(`FAIL ${name}`);
      say(`${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  return good;
}
