import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "#setup/paths.mjs";

const CHILD = join(ROOT, "dist", "scripts", "kill-test", "child.mjs");

export interface RunOptions {
  /** The step to end after. */
  readonly until: number;
  /** Steps between checkpoints. */
  readonly every: number;
  /** Milliseconds from the run's "ready" to SIGKILL. Default: no kill. */
  readonly killAfter?: number;
}

/** How a run ended, and what it reported. */
export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its standard error. */
  readonly errors: string;
  /** What it reported last after each word. */
  readonly told: Readonly<Record<string, string>>;
  /** The last word of all, or "nothing". */
  readonly last: string;
  /** Milliseconds from "ready" to each word's first line. */
  readonly times: Readonly<Record<string, number>>;
}

/** Runs the training in a process of its own. */
export async function runChild(folder: string, { until, every, killAfter }: RunOptions): Promise<Run> {
  const child = spawn(process.execPath, [CHILD, folder, String(until), String(every)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told: Record<string, string> = {};
  const times: Record<string, number> = {};
  let last = "nothing";
  let errors = "";
  let timer: NodeJS.Timeout | undefined;
  let started = Number.NaN;
  child.stderr.on("data", (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const at = line.indexOf(" ");
    const word = line.slice(0, at);
    told[word] = line.slice(at + 1);
    last = word;
    if (word === "ready") started = performance.now();
    times[word] ??= performance.now() - started;
    if (word === "ready" && killAfter !== undefined) timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
  });
  const ended = await new Promise<Pick<Run, "code" | "signal">>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  return { ...ended, errors, told, last, times };
}

/** Why a run ended: the error it was refused with, or what it wrote to standard error. */
export const reasonOf = ({ told, errors }: Pick<Run, "told" | "errors">): string =>
  told.refused ?? errors.slice(0, 500);
