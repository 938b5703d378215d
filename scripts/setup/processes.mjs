/** Whether a process still runs. One that has ended but that nobody has waited for, as in containers without an init, does not. */
import { readFileSync } from "node:fs";

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2)); // the name before may hold anything
  } catch {
    return true; // no such table here, so the signal's word counts
  }
}
