/** One step of npm test: a child that ends with all it started, at its time limit or at a signal to us. */
import { spawn } from "node:child_process";
import { descendants } from "#setup/processes.mjs";

/** The exit code of a step that could not be made here, and said why. */
export const SKIPPED = 77;

const GRACE = 10_000; // milliseconds for a step to end its own children, as the notebooks' runner does

export interface StepOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly limit: number;
  /** Milliseconds from the first signal until the step is killed. Default: 10,000. */
  readonly grace?: number | undefined;
  /** An open file for what the step prints. Default: it prints where we print. */
  readonly log?: number | undefined;
}

export interface StepEnd {
  readonly code: number;
  readonly timedOut: boolean;
}

/** A step at work. */
export interface Step {
  readonly ended: Promise<StepEnd>;
  stop(signal: NodeJS.Signals): void;
}

/**
 * Starts Node with these arguments. The child stays in our process group, so that a signal to the whole group reaches it
 * too. What has left the group (kernels, browsers) is found by its parents.
 */
export function startStep(
  args: readonly string[],
  { cwd, env = process.env, limit, grace = GRACE, log }: StepOptions,
): Step {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", log ?? "inherit", log ?? "inherit"] });
  const known = new Set<number>();
  let timedOut = false;
  let killing: NodeJS.Timeout | undefined;
  const stop = (signal: NodeJS.Signals) => {
    for (const pid of descendants(child.pid)) known.add(pid);
    child.kill(killing ? "SIGKILL" : signal); // a second signal does not wait
    killing ??= setTimeout(() => child.kill("SIGKILL"), grace);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop("SIGTERM");
  }, limit);
  const ended = new Promise<StepEnd>((resolve) => {
    const end = (code: number | null) => {
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

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}
