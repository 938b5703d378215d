/** The peers' table: one child at a time. */
import { commandOf, isPython, nodeTask, type Peer, PYTHON_STEPS } from "../peers.mts";
import { type Failure, type Measured, type Row, rowOf } from "../report/rows.mts";
import { type Run, runChild } from "../run-child.mts";
import { subjectOf, type Workloads } from "../workloads/workload.mts";

/** What is to be measured. */
export interface Plan {
  readonly peers: readonly Peer[];
  /** Their names, in order. */
  readonly workloads: readonly string[];
  /** The workloads by name; undefined for inference, which has its own. */
  readonly specs?: Workloads | undefined;
  /** The folder with the Python peers' environments. */
  readonly folder?: string | undefined;
  readonly rounds: number;
  /** How long steps are timed for. */
  readonly seconds: number;
  /** Into how many parts unroll cuts a batch. Default: one a core. */
  readonly shards?: number | undefined;
}

export interface MeasureAllOptions {
  /** Called with each row when its last round is done. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Takes a line about each figure and each failure. */
  readonly say: (line: string) => void;
  readonly run?: Run<Measured>;
}

/**
 * Round by round, workload by workload, the peers in turn. A workload's rounds lie a whole table apart: a shared machine's
 * slow minutes fall on one of them, not on all.
 */
export async function measureAll(
  plan: Plan,
  { onRow = () => undefined, say, run = runChild }: MeasureAllOptions,
): Promise<Row[]> {
  const places = plan.workloads.flatMap((name) => plan.peers.map((peer) => ({ name, peer })));
  const cells = places.map((place) => ({ ...place, found: [] as (Measured | Failure)[] }));
  const rows: Row[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const { name, peer, found } of cells) {
      found.push(...(await measureOne(peer, name, plan, { say, run })));
      if (round < plan.rounds) continue;
      const row = rowOf(peer, name, found);
      rows.push(row);
      onRow(row);
    }
  }
  return rows;
}

/** @returns what each process printed: one, or as many as it takes to time steps for `seconds` */
async function measureOne(
  peer: Peer,
  name: string,
  { specs, folder, seconds, shards }: Plan,
  { say, run }: Required<Pick<MeasureAllOptions, "say" | "run">>,
): Promise<(Measured | Failure)[]> {
  const results: Measured[] = [];
  let timed = 0;
  try {
    const command = commandOf(peer, subjectOf(name, specs), { folder, seconds, shards });
    do {
      const result = await run(command);
      results.push(result);
      timed += secondsOf(peer, result) ?? seconds;
      say(`${name} ${peer}: ${result.median_ms} ms, ${result.steps} steps`);
    } while (timed < seconds);
    return results;
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    say(`${name} ${peer} failed: ${failed}`);
    return [{ failed }];
  }
}

/** For how long steps were timed by a Python peer that ended after its steps; undefined for one that kept to the seconds. */
function secondsOf(peer: Peer, { steps, median_ms }: Measured): number | undefined {
  return isPython(peer) && steps === PYTHON_STEPS ? (steps * median_ms) / 1000 : undefined;
}

/** The machine's speed at a large product, in GFLOP/s; undefined, after a line, when it cannot be measured. */
export async function machineSpeed({ say }: Pick<MeasureAllOptions, "say">): Promise<number | undefined> {
  try {
    const { gflops } = await runChild<{ gflops: number }>(nodeTask("speed", {}));
    return gflops;
  } catch (error) {
    say(`no floor: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
