/** The Python peers that train: where each is installed, and the ways to run it, the fastest of which counts. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import type { Form } from "../workloads/reference.mts";
import type { CellKind } from "../workloads/workload.mts";
import { pythonOf } from "./environment.mts";

interface About {
  /** The folder of its virtual environment: a name of `npm run peers`. */
  readonly environment: string;
  /** scripts/peers/training/SCRIPT_step.py */
  readonly script: "torch" | "jax" | "tf1" | "keras";
  /** As that script names its ways to run; each is tried. */
  readonly modes: readonly string[];
  /** Whether the cells have one bias for the product with the inputs and another for the product with the state. */
  readonly twoBiases: readonly CellKind[];
  /** Whether its GRU is the one whose reset gate acts after the product. */
  readonly resetAfter: boolean;
}

const TORCH = { environment: "torch", script: "torch", twoBiases: ["rnn", "lstm", "gru"], resetAfter: true } as const;
const JAX = { script: "jax", modes: ["jit"], twoBiases: [], resetAfter: true } as const;
const KERAS = { environment: "keras3", script: "keras", twoBiases: ["gru"], resetAfter: true } as const;

export const PYTHON_PEERS = {
  torch: { ...TORCH, modes: ["eager"] },
  "torch-compile": { ...TORCH, modes: ["compile"] },
  jax: { ...JAX, environment: "jax" },
  "jax-0.4.31": { ...JAX, environment: "jax-0.4.31" },
  tf1: { environment: "tf", script: "tf1", modes: ["graph"], twoBiases: [], resetAfter: false },
  keras: { ...KERAS, environment: "tf", modes: ["plain", "jit"] },
  "keras3-tensorflow": { ...KERAS, modes: ["tensorflow/plain", "tensorflow/jit"] },
  "keras3-jax": { ...KERAS, modes: ["jax/jit"] },
  "keras3-torch": { ...KERAS, modes: ["torch/plain", "torch/jit"] },
} satisfies Readonly<Record<string, About>>;

export type PythonPeer = keyof typeof PYTHON_PEERS;

const aboutOf = (peer: PythonPeer): About => PYTHON_PEERS[peer];

export const environmentOf = (peer: PythonPeer): string => aboutOf(peer).environment;

/** The Python of a peer's environment in the folder. */
export const pythonIn = (folder: string, peer: PythonPeer): string => pythonOf(folder, environmentOf(peer));

export const isInstalled = (folder: string, peer: PythonPeer): boolean => existsSync(pythonIn(folder, peer));

/** One way to run a peer. */
export interface Way {
  readonly mode: string;
  /** The threads of one operation. */
  readonly threads: number;
}

/** Each mode with all cores, and with one thread: small products are faster so in some libraries. */
export function waysOf(peer: PythonPeer, cores = availableParallelism()): Way[] {
  const counts = [...new Set([cores, 1])];
  return aboutOf(peer).modes.flatMap((mode) => counts.map((threads) => ({ mode, threads })));
}

export const wayName = ({ mode, threads }: Way): string =>
  `${mode}, ${threads} ${threads === 1 ? "thread" : "threads"}`;

/** The step that a peer computes. */
export function formOf(peer: PythonPeer, cell: CellKind): Form {
  const { resetAfter, twoBiases } = aboutOf(peer);
  const isTwice = twoBiases.includes(cell);
  if (cell === "gru" && resetAfter) return isTwice ? "reset-after-two-biases" : "reset-after";
  return isTwice ? "two-biases" : "own";
}

/** All steps that any peer computes. */
export const formsOf = (cell: CellKind): Form[] => [
  ...new Set((Object.keys(PYTHON_PEERS) as PythonPeer[]).map((peer) => formOf(peer, cell))),
];

/** @returns the words of the command that times it */
export function trainCommand(peer: PythonPeer, folder: string, task: string, way: Way & { seconds: number }): string[] {
  const script = join(ROOT, "scripts", "peers", "training", "train.py");
  return [pythonIn(folder, peer), script, aboutOf(peer).script, task, JSON.stringify(way)];
}
