/** One step of npm test: a child that ends with all it started, at its time limit or at a signal to us. */
import { spawn } from "node:child_process";
import { descendants } from "../setup/processes.mjs";

/** The exit code of a step that could not be made here, and said why. */
export const SKIPPED = 77;

const GRACE = 10_000; // milliseconds for a step to end its own children, as the notebooks' runner does

/**
 * The child stays in our process group, so that who kills the whole group kills it too; what left the group (kernels,
 * browsers) is found by its parents.
 *
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, limit: number, grace?: number, log?: number }} options limits in
 *   milliseconds; `log` is an open file for what it prints, which goes where ours goes otherwise
 */
export function startStep(args, { cwd, env = process.env, limit, grace = GRACE, log }) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", log ?? "inherit", log ?? "inherit"] });
  /** @type {Set<number>} */
  const known = new Set();
  let timedOut = false;
  /** @type {NodeJS.Timeout | undefined} */
  let killing;
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    if (child.pid) for (const pid of descendants(child.pid)) known.add(pid);
    child.kill(killing ? "SIGKILL" : signal); // a second signal does not wait
    killing ??= setTimeout(() => child.kill("SIGKILL"), grace);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop("SIGTERM");
  }, limit);
  /** @type {Promise<{ code: number, timedOut: boolean }>} */
  const ended = new Promise((resolve) => {
    const end = (/** @type {number | null} */ code) => {
      clearTimeout(timer);
      clearTimeout(killing);
      for (const pid of known) kill(pid);
      resolve({ code: code ?? 1, timedOut });
    };
    child.once("error", () => end(1));
    child.once("exit", end);
  });
  return { ended, stop };
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}
