/** Runs one measurement in a process of its own. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** All that a child gets of our environment: a thread count or a memory allocator of the caller's shell is not measured. */
const KEPT = ["PATH", "HOME", "USER", "LANG", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LD_LIBRARY_PATH"];

const LIMIT = 5 * 60_000; // milliseconds
const POLL = 250; // milliseconds; the system keeps a living process's peak, and each look takes time from what is measured

let running;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    running?.kill("SIGKILL");
    process.kill(process.pid, signal); // nobody listens any more: it ends us as it would have
  });
}

export function cleanEnvironment(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.includes(name)));
}

/**
 * @returns the JSON object of the child's last line, with `rss_mb`, its peak memory: its own word for it, else the
 *   highest that was seen (on Linux)
 * @throws Error that says why there is none
 */
export async function runChild([command, ...args], { limit = LIMIT } = {}) {
  const child = spawn(command, args, { env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  running = child;
  const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
  let rss = null;
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

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

function collect(stream) {
  let text = "";
  stream.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  return () => text;
}

const lastLine = (text) => text.trimEnd().split("\n").at(-1) || undefined;

/** Megabytes, or undefined where the system does not tell. */
function peakMemory(pid) {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes && Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined; // ended already, or no Linux
  }
}
