/** Runs one measurement in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";

/** All that a child gets of our environment. A thread count or a memory allocator of the caller's shell would be measured too. */
const KEPT = ["PATH", "HOME", "USER", "LANG", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LD_LIBRARY_PATH"];

export const LIMIT = 5 * 60_000; // milliseconds
const POLL = 250; // milliseconds; the system keeps a living process's peak, and each look takes time from what is measured

let running: ChildProcess | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    running?.kill("SIGKILL");
    process.kill(process.pid, signal); // nobody listens any more: it ends us as it would have
  });
}

export function cleanEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.includes(name)));
}

export interface RunOptions {
  /** Milliseconds after which the child is killed. Default: five minutes. */
  readonly limit?: number;
}

/** Runs a command that prints a Result as JSON. A test puts a function of its own in the place of `runChild`. */
export type Run<Result> = (command: readonly string[], options?: RunOptions) => Promise<Result>;

/** What is known of a process besides its result. */
export interface Process {
  /** Its peak memory in megabytes: what the process itself says, else the highest that was seen; null where nothing was. */
  readonly rss_mb?: number | null;
}

/**
 * @returns the JSON object of the child's last line, with what `Process` has
 * @throws Error that says why there is none
 */
export async function runChild<Result>(
  [command = "", ...args]: readonly string[],
  { limit = LIMIT }: RunOptions = {},
): Promise<Result> {
  const child = spawn(command, args, { env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  running = child;
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  let rss: number | null = null;
  let late = false;
  const poll = setInterval(() => {
    rss = peakMemory(child.pid) ?? rss;
  }, POLL);
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limit);
  try {
    const { code, signal } = await ended(child);
    if (late) throw new Error(`took longer than ${limit / 1000} s`);
    if (code !== 0) throw new Error(lastLine(stderr()) ?? `ended with ${signal ?? code}`);
    const line = lastLine(stdout());
    if (!line?.startsWith("{")) throw new Error(`expected a JSON line, got ${line ?? "nothing"}`);
    return { rss_mb: rss, ...JSON.parse(line) };
  } finally {
    clearInterval(poll);
    clearTimeout(timer);
    running = undefined;
  }
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

export function collect(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  return () => text;
}

export const lastLine = (text: string): string | undefined => text.trimEnd().split("\n").at(-1) || undefined;

/** Megabytes, or undefined where the system does not tell. */
function peakMemory(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined; // ended already, or no Linux
  }
}
