/** What the machine's process table says: whether a process still runs, and which processes it has started. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { codeOf } from "./problem.mjs";

/**
 * Whether a process still runs. A process that has ended but that its parent has not waited for does not run: containers
 * without an init keep such entries.
 *
 * @param {number} pid
 * @returns {boolean}
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2)); // the state follows the name, which may hold any character
  } catch {
    return true; // this system has no /proc; process.kill has found the process
  }
}

/**
 * The processes that a process has started, and those that they have started. They are found by their parents, because
 * Jupyter starts each kernel in a session of its own.
 *
 * @param {number | undefined} pid as `ChildProcess.pid` gives it
 * @returns {number[]}
 */
export function descendants(pid) {
  if (pid === undefined || process.platform === "win32") return [];
  const found = [];
  const rows = processTable();
  for (let parents = [pid]; parents.length > 0; ) {
    parents = rows.filter(({ parent }) => parents.includes(parent)).map((row) => row.pid);
    found.push(...parents);
  }
  return found;
}

/** @returns {{ pid: number, parent: number }[]} empty where there is no `ps` */
function processTable() {
  try {
    const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    return table
      .trim()
      .split("\n")
      .map((line) => {
        const [pid = NaN, parent = NaN] = line.trim().split(/\s+/).map(Number);
        return { pid, parent };
      });
  } catch {
    return [];
  }
}
