/** Who is measured, and the command that measures it. */
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { PYTHON_PEERS, type PythonPeer, pythonIn } from "./python/ways.mts";
import type { Tasks } from "./tasks.mts";
import type { InferenceName, Subject } from "./workloads/workload.mts";

/** In Node, by child.mjs. */
export const OURS = ["unroll", "unroll-eager", "tfjs-layers"] as const;

/** In Python, by scripts/peers/training. */
export const PYTHON = Object.keys(PYTHON_PEERS) as PythonPeer[];

export const PEERS = [...OURS, ...PYTHON];

export type OurPeer = (typeof OURS)[number];
export type Peer = OurPeer | PythonPeer;

export const isPython = (peer: Peer): peer is PythonPeer => PYTHON.some((each) => each === peer);

export const SHARED = join(ROOT, "..", "shared", "peers");

export interface CommandOptions {
  /** The folder with the Python peers' environments. */
  readonly folder?: string | undefined;
  /** How long steps are timed for. */
  readonly seconds: number;
  /** Into how many parts unroll cuts a batch. Default: one a core. */
  readonly shards?: number | undefined;
}

/** @returns the words of the command that measures one of ours */
export function commandOf(peer: OurPeer, subject: Subject, { seconds, shards }: CommandOptions): string[] {
  return nodeTask(peer, { ...subject, seconds, shards });
}

/** @returns the words of the command that measures a Python peer at an inference @throws Error where it has no folder */
export function inferenceCommand(peer: PythonPeer, name: InferenceName, { folder, seconds }: CommandOptions): string[] {
  if (folder === undefined) throw new Error(`${peer}: --peers DIR is missing`);
  const script = join(ROOT, "scripts", "bench", "workloads", "inference.py");
  return [pythonIn(folder, peer), script, name, String(seconds)];
}

/** A task of child.mts, as it was built. */
export function nodeTask<Task extends keyof Tasks>(task: Task, given: Tasks[Task]): string[] {
  return [process.execPath, join(ROOT, "dist", "scripts", "bench", "child.mjs"), task, JSON.stringify(given)];
}
