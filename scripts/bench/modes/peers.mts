/** The peers' table: one child at a time. */
import { commandOf, inferenceCommand, isPython, nodeTask, type Peer } from "../peers.mts";
import { type PythonMeasurer, pythonMeasurer } from "../python/measure-python.mts";
import { type Failure, type Measured, type Row, rowOf } from "../report/rows.mts";
import { type Run, runChild } from "../run-child.mts";
import type { Reference } from "../workloads/reference.mts";
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
  /** Runs the process that writes what the Python peers start from. */
  readonly write?: Run<Reference>;
}

/**
 * Round by round, workload by workload, the peers in turn. A workload's rounds lie a whole table apart: a shared machine's
 * slow minutes fall on one of them, not on all.
 */
export async function measureAll(
  plan: Plan,
  { onRow = () => undefined, say, run = runChild, write = runChild }: MeasureAllOptions,
): Promise<Row[]> {
  const places = plan.workloads.flatMap((name) => plan.peers.map((peer) => ({ name, peer })));
  const cells = places.map((place) => ({ ...place, found: [] as (Measured | Failure)[] }));
  const { specs, folder, seconds } = plan;
  const options = { say, run, write };
  const python = specs && folder !== undefined ? pythonMeasurer({ specs, folder, seconds }, options) : undefined;
  const rows: Row[] = [];
  try {
    for (let round = 1; round <= plan.rounds; round++) {
      for (const { name, peer, found } of cells) {
        found.push(await measureOne(peer, name, plan, { say, run, python }));
        if (round < plan.rounds) continue;
        const row = rowOf(peer, name, found);
        rows.push(row);
        onRow(row);
      }
    }
    return rows;
  } finally {
    python?.close();
  }
}

interface Measuring extends Required<Pick<MeasureAllOptions, "say" | "run">> {
  /** Undefined for inference, and where no folder has peers. */
  readonly python: PythonMeasurer | undefined;
}

async function measureOne(
  peer: Peer,
  name: string,
  plan: Plan,
  { say, run, python }: Measuring,
): Promise<Measured | Failure> {
  try {
    const result = await resultOf(peer, name, plan, { run, python });
    say(`${name} ${peer}: ${result.median_ms} ms, ${result.steps} steps`);
    return result;
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    say(`${name} ${peer} failed: ${failed}`);
    return { failed };
  }
}

function resultOf(
  peer: Peer,
  name: string,
  { specs, folder, seconds, shards }: Plan,
  { run, python }: Omit<Measuring, "say">,
): Promise<Measured> {
  const subject = subjectOf(name, specs);
  if (!isPython(peer)) return run(commandOf(peer, subject, { seconds, shards }));
  if (subject.workload === undefined) return run(inferenceCommand(peer, subject.name, { folder, seconds }));
  if (python === undefined) throw new Error(`${peer}: --peers DIR is missing`);
  return python.measure(peer, name);
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
