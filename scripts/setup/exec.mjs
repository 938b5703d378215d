/** Runs one command to its end: its output is kept for messages and a log, never shown raw, and time is limited. */
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

const KEPT_OUTPUT = 200_000; // characters; the end of the output tells why it failed
const running = new Set();

/**
 * @param options `cwd`, `env`, `limit` (seconds), `log` (a file that gets all output), `onStart(pid)`
 * @returns `{ code, output, missing, timedOut }`; `missing` when there is no such command, and nothing ever throws
 */
export function run(command, args, options = {}) {
  const { cwd, env = process.env, limit = 600, log, onStart } = options;
  const shell = process.platform === "win32" && !/\.exe$/i.test(command); // .cmd files start only through the shell
  return new Promise((resolve) => {
    let output = "";
    let timedOut = false;
    // Its own process group, so that a time limit ends what the command itself started as well.
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    if (child.pid) onStart?.(child.pid);
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, limit * 1000);
    const keep = (text) => {
      output = (output + text).slice(-KEPT_OUTPUT);
      if (log) append(log, text);
    };
    if (log) append(log, `$ ${command} ${args.join(" ")}\n`);
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    const finish = (code, missing) => {
      if (!running.has(child)) return; // a command that does not start may report both an error and its end
      clearTimeout(timer);
      running.delete(child);
      onStart?.(null);
      resolve({ code, output, missing, timedOut });
    };
    child.once("error", (error) => finish(-1, error.code === "ENOENT"));
    child.once("close", (code) => finish(code ?? -1, false));
  });
}

/** For Ctrl-C: what setup started is in groups of its own, which the terminal's interrupt does not reach. */
export function endAllCommands() {
  for (const child of running) endGroup(child);
}

function endGroup(child) {
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // it ended by itself in the meantime
  }
}

function append(log, text) {
  try {
    mkdirSync(dirname(log), { recursive: true });
    appendFileSync(log, text);
  } catch {
    // a log that cannot be written (a full disk) must not hide the real problem
  }
}

/** The last line that says something, for a message of one line. */
export function lastLine(output) {
  const lines = output.split("\n").map((line) => line.trim());
  return (lines.filter(Boolean).at(-1) ?? "no output").slice(0, 300);
}
