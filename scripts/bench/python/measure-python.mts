/** Measures the Python peers at training: each must compute our step, and its fastest way to run counts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeTask } from "../peers.mts";
import type { Measured } from "../report/rows.mts";
import type { Run } from "../run-child.mts";
import type { Reference } from "../workloads/reference.mts";
import { type Workloads, workloadOf } from "../workloads/workload.mts";
import { checkLosses } from "./check-losses.mts";
import { formOf, formsOf, type PythonPeer, trainCommand, type Way, wayName, waysOf } from "./ways.mts";

/** What a Python process prints. */
export interface PythonResult extends Measured {
  /** Of its first steps. */
  readonly losses?: readonly number[];
  /** What there is to be told about how it ran. */
  readonly notes?: readonly string[];
}

export interface PythonPlan {
  readonly specs: Workloads;
  /** The folder with the peers' environments. */
  readonly folder: string;
  /** How long steps are timed for. */
  readonly seconds: number;
}

export interface PythonOptions {
  readonly say: (line: string) => void;
  readonly run: Run<PythonResult>;
  /** Runs our process that writes a task. */
  readonly write: Run<Reference>;
}

export interface PythonMeasurer {
  /** Times a step of a workload in one of its ways, or in all where it is the first time. @throws Error that says why not */
  measure(peer: PythonPeer, workload: string): Promise<Measured>;
  /** Removes the tasks. */
  close(): void;
}

interface Tried {
  readonly way: Way;
  readonly result: PythonResult;
}

export function pythonMeasurer(
  { specs, folder, seconds }: PythonPlan,
  { say, run, write }: PythonOptions,
): PythonMeasurer {
  const place = mkdtempSync(join(tmpdir(), "unroll-bench-"));
  const references = new Map<string, Promise<Reference>>();
  const fastest = new Map<string, Way>();

  /** Written once for each workload. */
  function referenceOf(name: string): Promise<Reference> {
    const known = references.get(name);
    if (known !== undefined) return known;
    const workload = workloadOf(name, specs);
    const own = mkdtempSync(join(place, "task-"));
    const found = write(nodeTask("reference", { workload, folder: own, forms: formsOf(workload.cell) }));
    references.set(name, found);
    return found;
  }

  async function tryWay(peer: PythonPeer, name: string, way: Way): Promise<Tried> {
    const { task, losses } = await referenceOf(name);
    const result = await run(trainCommand(peer, folder, task, { ...way, seconds }));
    checkLosses(result.losses ?? [], losses[formOf(peer, workloadOf(name, specs).cell)] ?? []);
    return { way, result };
  }

  /** A mode that fails with all cores is not tried with one thread. The peer fails where every mode does. */
  async function tryAll(peer: PythonPeer, name: string): Promise<Tried> {
    const tried: Tried[] = [];
    const failed = new Map<string, unknown>();
    for (const way of waysOf(peer)) {
      if (failed.has(way.mode)) continue;
      try {
        const one = await tryWay(peer, name, way);
        tried.push(one);
        say(`${name} ${peer}, ${wayName(way)}: ${one.result.median_ms} ms`);
        for (const note of one.result.notes ?? []) say(`${name} ${peer}, ${wayName(way)}: ${note}`);
      } catch (error) {
        failed.set(way.mode, error);
        say(`${name} ${peer}, ${wayName(way)}, is left out: ${error instanceof Error ? error.message : error}`);
      }
    }
    const [best] = tried.sort((a, b) => a.result.median_ms - b.result.median_ms);
    if (best === undefined) throw [...failed.values()][0];
    return best;
  }

  return {
    async measure(peer, name) {
      const key = `${peer} ${name}`;
      const known = fastest.get(key);
      const { way, result } = known ? await tryWay(peer, name, known) : await tryAll(peer, name);
      fastest.set(key, way);
      const { losses: _, notes: __, ...measured } = result;
      return { ...measured, with: wayName(way) };
    },
    close: () => rmSync(place, { recursive: true, force: true }),
  };
}
