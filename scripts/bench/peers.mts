/** Who is measured, and the command that measures it. */
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import type { Tasks } from "./tasks.mts";
import type { Subject } from "./workloads/workload.mts";

/** In Node, by child.mjs. */
export const OURS = ["unroll", "unroll-eager", "tfjs-layers"] as const;

/** In Python, by ../shared/peers/peer.py. */
export const PYTHON = ["torch", "jax", "tf1", "keras"] as const;

export const PEERS = [...OURS, ...PYTHON];

export type OurPeer = (typeof OURS)[number];
export type PythonPeer = (typeof PYTHON)[number];
export type Peer = OurPeer | PythonPeer;

/** The virtual environment of each. */
export const ENVIRONMENTS: Readonly<Record<PythonPeer, string>> = {
  torch: "torch",
  jax: "jax",
  tf1: "tf",
  keras: "tf",
};

export const isPython = (peer: Peer): peer is PythonPeer => PYTHON.some((each) => each === peer);

export const SHARED = join(ROOT, "..", "shared", "peers");

/** peer.py ends after that many steps, however short a time they took. */
export const PYTHON_STEPS = 400;

export interface CommandOptions {
  /** The folder with the Python peers' environments. */
  readonly folder?: string | undefined;
  /** How long steps are timed for. */
  readonly seconds: number;
  /** Into how many parts unroll cuts a batch. Default: one a core. */
  readonly shards?: number | undefined;
}

/** @returns the words of the command that measures it @throws Error where a Python peer has no folder */
export function commandOf(peer: Peer, subject: Subject, { folder, seconds, shards }: CommandOptions): string[] {
  if (!isPython(peer)) return nodeTask(peer, { ...subject, seconds, shards });
  if (folder === undefined) throw new Error(`${peer}: --peers DIR is missing`);
  const python = join(folder, ENVIRONMENTS[peer], process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (subject.workload === undefined) {
    return [python, join(ROOT, "scripts", "bench", "workloads", "inference.py"), subject.name, String(seconds)];
  }
  return [python, join(SHARED, "peer.py"), peer, subject.name];
}

/** A task of child.mts, as it was built. */
export function nodeTask<Task extends keyof Tasks>(task: Task, given: Tasks[Task]): string[] {
  return [process.execPath, join(ROOT, "dist", "scripts", "bench", "child.mjs"), task, JSON.stringify(given)];
}
