/** Runs one command to its end: its output is kept for messages and a log, never shown raw, and its time is limited. */
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "./problem.mjs";

/** @import { ChildProcess } from "node:child_process" */

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [limit] seconds. Default: 600
 * @property {string} [log] a file that gets all output
 * @property {(pid: number | null) => void} [onStart] is called with the process's id, and with null when it has ended
 */

/**
 * @typedef {object} RunResult
 * @property {number} code the exit code; -1 for a command that did not start or that a signal ended
 * @property {string} output the end of what the command printed
 * @property {boolean} missing whether there is no such command
 * @property {boolean} timedOut
 */

/** @typedef {(command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>} Run */

const KEPT_OUTPUT = 200_000; // characters; the end of the output tells why the command failed

/** @type {Set<ChildProcess>} */
const running = new Set();

/**
 * Never throws: the result tells what went wrong.
 *
 * @type {Run}
 */
export function run(command, args, options = {}) {
  const { cwd, env = process.env, limit = 600, log, onStart } = options;
  const shell = process.platform === "win32" && !/\.exe$/i.test(command); // .cmd files start only through the shell
  return new Promise((resolve) => {
    let output = "";
    let timedOut = false;
    // The command gets a process group of its own, so that the time limit also ends what the command has started.
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
    /** @param {string} text */
    const keep = (text) => {
      output = (output + text).slice(-KEPT_OUTPUT);
      if (log) append(log, text);
    };
    if (log) append(log, `$ ${command} ${args.join(" ")}\n`);
    child.stdout?.setEncoding("utf8").on("data", keep); // no streams when the system has no file handle left
    child.stderr?.setEncoding("utf8").on("data", keep);
    /** @type {(code: number, missing: boolean) => void} */
    const finish = (code, missing) => {
      if (!running.has(child)) return; // a command that does not start may report both an error and its end
      clearTimeout(timer);
      running.delete(child);
      onStart?.(null);
      resolve({ code, output, missing, timedOut });
    };
    child.once("error", (error) => finish(-1, codeOf(error) === "ENOENT"));
    child.once("close", (code) => finish(code ?? -1, false));
  });
}

/** For Ctrl-C: setup's commands run in process groups of their own, which the terminal's interrupt does not reach. */
export function endAllCommands() {
  for (const child of running) endGroup(child);
}

/** @param {ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined) return; // it never started
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // it ended by itself in the meantime
  }
}

/** @type {(log: string, text: string) => void} */
function append(log, text) {
  try {
    mkdirSync(dirname(log), { recursive: true });
    appendFileSync(log, text);
  } catch {
    // a log that cannot be written (a full disk) must not hide the real problem
  }
}

/**
 * The last line that is not blank, cut for a message of one line.
 *
 * @param {string} output
 * @returns {string}
 */
export function lastLine(output) {
  const lines = output.split("\n").map((line) => line.trim());
  return (lines.filter(Boolean).at(-1) ?? "no output").slice(0, 300);
}
