/** --against: a step's time in another build of this library and in this one, in paired turns. */
import { median } from "../median.mts";
import { type Compared, comparisonOf, type Turn } from "../report/comparison.mts";
import { type Open, openTimer, type Timer } from "../timer.mts";
import { subjectOf } from "../workloads/workload.mts";
import type { Plan } from "./peers.mts";

/** The interval of fewer turns would say nothing. */
export const LEAST_TURNS = 9;

const BLOCKS = 20; // of each build in a turn
const LEAST_STEPS = 2; // in a block

export interface BuildsPlan extends Omit<Plan, "peers" | "folder"> {
  /** The clone with the other build, the one from before a change. */
  readonly against: string;
}

export interface CompareOptions {
  /** Called with each workload's comparison when its last turn is done. */
  readonly onDone?: ((compared: Compared) => void) | undefined;
  readonly say: (line: string) => void;
  readonly open?: Open;
}

/**
 * `rounds` turns of each workload; a workload's turns lie a whole table apart. A turn is two new processes, one with each
 * build. New ones, because where a process's memory happens to lie changes its speed by some percent; such luck is drawn
 * again each turn, and widens the interval as it should.
 */
export async function compareBuilds(
  plan: BuildsPlan,
  { onDone = () => undefined, say, open = openTimer }: CompareOptions,
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
          const found = await takeTurn(plan, workload, { open, newFirst: turn % 2 === 1 });
          turns.push(found);
          say(`${workload}: ${shown(found)} (turn ${turn + 1} of ${plan.rounds})`);
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

const shown = ({ old_ms, new_ms, ratio }: Turn): string =>
  `${old_ms.toFixed(3)} ms old, ${new_ms.toFixed(3)} ms new, ratio ${ratio.toFixed(3)}`;

interface TurnOptions {
  readonly open: Open;
  /** Whether the new build's process is started first, and measured first in the first block. */
  readonly newFirst: boolean;
}

/** One build during a turn. */
interface Side {
  /** Undefined for this clone. */
  readonly clone: string | undefined;
  /** Milliseconds a step, block by block. */
  readonly times: number[];
}

/** Both processes are alive at once and measured block by block: what slows the machine for a second slows both. */
async function takeTurn(
  { against, specs, seconds, shards }: BuildsPlan,
  name: string,
  { open, newFirst }: TurnOptions,
): Promise<Turn> {
  const block = { seconds: seconds / BLOCKS, least: LEAST_STEPS };
  const old: Side = { clone: against, times: [] };
  const now: Side = { clone: undefined, times: [] };
  const opened: { readonly timer: Timer; readonly times: number[] }[] = [];
  try {
    for (const { clone, times } of newFirst ? [now, old] : [old, now]) {
      opened.push({ timer: await open({ ...subjectOf(name, specs), seconds, shards, clone }), times });
    }
    for (let i = 0; i < BLOCKS; i++) {
      for (const { timer, times } of i % 2 === 0 ? opened : [...opened].reverse()) times.push(await timer.time(block));
    }
    return toTurn(old.times, now.times);
  } finally {
    for (const { timer } of opened) await timer.close();
  }
}

function toTurn(old: readonly number[], now: readonly number[]): Turn {
  const ratios = old.map((ms, i) => ms / (now[i] ?? Number.NaN));
  return { old_ms: median(old), new_ms: median(now), ratio: median(ratios) };
}
