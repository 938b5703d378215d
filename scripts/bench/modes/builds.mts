/** --against: a step's time in another build of this library and in this one, in paired turns. */
import { nodeTask } from "../peers.mts";
import { type Compared, comparisonOf, type Turn } from "../report/comparison.mts";
import type { Measured } from "../report/rows.mts";
import { type Run, runChild } from "../run-child.mts";
import { subjectOf } from "../workloads/workload.mts";
import type { Plan } from "./peers.mts";

/** A comparison of fewer turns would have an interval that says nothing. */
export const LEAST_TURNS = 9;

export interface BuildsPlan extends Omit<Plan, "peers" | "folder"> {
  /** The clone with the other build, the one from before a change. */
  readonly against: string;
}

export interface CompareOptions {
  /** Called with each workload's comparison when its last turn is done. */
  readonly onDone?: ((compared: Compared) => void) | undefined;
  readonly say: (line: string) => void;
  readonly run?: Run<Measured>;
}

/**
 * `rounds` turns of each workload. A turn is two processes, one right after the other, with the old and the new build: what
 * slows the machine for a minute slows both. The new build comes first in every second turn: were the second process of a
 * turn always slower, it would be for both builds. A workload's turns lie a whole table apart.
 */
export async function compareBuilds(
  plan: BuildsPlan,
  { onDone = () => undefined, say, run = runChild }: CompareOptions,
): Promise<Compared[]> {
  const cells = plan.workloads.map((workload) => {
    const turns: Turn[] = [];
    const failures: string[] = [];
    return { workload, turns, failures };
  });
  const done: Compared[] = [];
  for (let turn = 0; turn < plan.rounds; turn++) {
    for (const { workload, turns, failures } of cells) {
      if (failures.length === 0) {
        try {
          const found = await takeTurn(plan, workload, { run, newFirst: turn % 2 === 1 });
          turns.push(found);
          say(`${workload}: ${found.old_ms} ms old, ${found.new_ms} ms new (turn ${turn + 1} of ${plan.rounds})`);
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
          say(`${workload} failed: ${failures[0]}`);
        }
      }
      if (turn < plan.rounds - 1) continue;
      const [failed] = failures;
      const result = failed === undefined ? comparisonOf(workload, turns) : { workload, failed };
      done.push(result);
      onDone(result);
    }
  }
  return done;
}

async function takeTurn(
  { against, specs, seconds, shards }: BuildsPlan,
  name: string,
  { run, newFirst }: { readonly run: Run<Measured>; readonly newFirst: boolean },
): Promise<Turn> {
  const step = async (clone?: string) => {
    const { median_ms } = await run(nodeTask("unroll", { ...subjectOf(name, specs), seconds, shards, clone }));
    return median_ms;
  };
  if (newFirst) {
    const new_ms = await step();
    return { new_ms, old_ms: await step(against) };
  }
  const old_ms = await step(against);
  return { old_ms, new_ms: await step() };
}
