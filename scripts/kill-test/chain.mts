/** A chain of runs: each is killed at a random moment, and the next goes on from what is left. It must end where one run does. */
import { latestCheckpoint, Random } from "unroll/data";
import { differences, historyDifferences, leftovers, messageOf } from "./compare.mts";
import { reasonOf, runChild } from "./run-child.mts";

const EVERY = 3; // steps between checkpoints
const LONGEST = 2_000; // milliseconds; on a machine that is busy for a moment kills would come far too late

export interface ChainFolders {
  readonly chain: string;
  /** Of the uninterrupted run. */
  readonly straight: string;
  /** Of the run whose first checkpoint is timed. */
  readonly measured: string;
}

export interface ChainResult {
  /** How many kills fell after each word that the run had reported last. */
  readonly phases: Readonly<Record<string, number>>;
  /** The steps done at the end. */
  readonly until: number;
  /** What was wrong, a line each. */
  readonly violations: readonly string[];
}

type Say = (line: string) => void;

/**
 * Kills fall uniformly between a run's "ready" and three times the time to its first checkpoint, as measured in a run
 * before: they meet restoring, capture, steps and checkpoints.
 */
export async function killChain(
  folders: ChainFolders,
  kills: number,
  seed: number,
  say: Say = () => undefined,
): Promise<ChainResult> {
  const { chain } = folders;
  const random = new Random(seed);
  const phases: Record<string, number> = {};
  const violations: string[] = [];
  let newest = 0;
  const first = await runChild(folders.measured, { until: EVERY, every: EVERY });
  const { written } = first.times;
  if (first.code !== 0 || written === undefined) {
    return { phases, until: 0, violations: [`the first run ended with ${first.code}: ${reasonOf(first)}`] };
  }
  const range = Math.min(3 * written, LONGEST);
  say(`kills fall up to ${range.toFixed(0)} ms after a run is ready`);
  for (let i = 1; i <= kills; i++) {
    const killAfter = random.uniform(0, range);
    const run = await runChild(chain, { until: Infinity, every: EVERY, killAfter });
    const { told, last } = run;
    const wrong: Say = (line) => violations.push(`kill ${i} (${killAfter.toFixed(1)} ms, while ${last}): ${line}`);
    if (run.signal !== "SIGKILL") wrong(`the run ended by itself with ${run.code}: ${reasonOf(run)}`);
    if (told.damaged) wrong(told.damaged);
    phases[last] = (phases[last] ?? 0) + 1;
    newest = await look(chain, Math.max(newest, Number(told.written ?? 0)), wrong);
    say(`kill ${i}: after ${killAfter.toFixed(0)} ms, while ${last}; the latest checkpoint is ${newest}`);
  }
  const until = newest + 2 * EVERY + 1;
  violations.push(...(await runToEnd(folders, until)));
  return { phases, until, violations };
}

/** Both folders to the same step; the uninterrupted run writes one checkpoint, its last. @returns what was wrong */
async function runToEnd({ chain, straight }: ChainFolders, until: number): Promise<string[]> {
  const violations: string[] = [];
  for (const folder of [chain, straight]) {
    const run = await runChild(folder, { until, every: folder === chain ? EVERY : until });
    if (run.code !== 0) violations.push(`a run to the end ended with ${run.code}: ${reasonOf(run)}`);
  }
  const histories = await historyDifferences(chain, straight);
  return [...violations, ...differences(chain, straight, until), ...histories, ...leftovers(chain)];
}

/**
 * Checks, after a kill, that the latest checkpoint is whole and not older than the last that was reported as written.
 *
 * @returns its number
 */
export async function look(folder: string, atLeast: number, wrong: Say): Promise<number> {
  try {
    const latest = await latestCheckpoint(folder, { say: wrong });
    const number = latest?.number ?? 0;
    if (number < atLeast) wrong(`the latest checkpoint is ${number}; ${atLeast} was written`);
    if (latest && latest.state.iteration !== number) wrong(`checkpoint ${number} is of step ${latest.state.iteration}`);
    return number;
  } catch (error) {
    wrong(messageOf(error));
    return atLeast;
  }
}
