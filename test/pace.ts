import { spawnSync } from "node:child_process";

/** Milliseconds that an empty program takes on a machine with nothing else to do. */
const USUAL = 50;

/** How many times slower than usual an empty program starts just now: 1 on a quiet machine. For limits on time. */
export function slowness(): number {
  const began = performance.now();
  spawnSync(process.execPath, ["-e", ""]);
  return Math.max(1, (performance.now() - began) / USUAL);
}
