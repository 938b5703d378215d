/** Who is measured, and the command that measures it. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** In Node, by child.mjs. */
export const OURS = ["unroll", "unroll-eager", "tfjs-layers"];

/** In Python, by ../shared/peers/peer.py: the virtual environment of each. */
const ENVIRONMENTS = { torch: "torch", jax: "jax", tf1: "tf", keras: "tf" };

export const PYTHON = Object.keys(ENVIRONMENTS);
export const PEERS = [...OURS, ...PYTHON];

export const SHARED = fileURLToPath(new URL("../../../shared/peers/", import.meta.url));

/** peer.py ends after that many steps, however short a time they took. */
export const PYTHON_STEPS = 400;

/** @returns the command's words */
export function commandOf(peer, { name, workload, mode, folder, seconds, shards }) {
  if (OURS.includes(peer)) return nodeTask(peer, { name, workload, seconds, shards });
  const python = join(folder, ENVIRONMENTS[peer], process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (mode === "inference") {
    return [python, fileURLToPath(new URL("inference.py", import.meta.url)), name, String(seconds)];
  }
  return [python, join(SHARED, "peer.py"), peer, name];
}

/** A task of child.mjs. */
export function nodeTask(task, given) {
  return [process.execPath, fileURLToPath(new URL("child.mjs", import.meta.url)), task, JSON.stringify(given)];
}
