import { readFileSync } from "node:fs";

/**
 * The milliseconds for which processors have worked for a process so far: unlike a clock, they do not go on while other
 * programs have the machine. Only Linux tells it of another process; elsewhere that is 0.
 */
export function processorTime(pid = process.pid): number {
  if (pid === process.pid) {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
  if (process.platform !== "linux") return 0;
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
  return (Number(fields[11]) + Number(fields[12])) * 10; // user's and system's, in ticks of 1/100 second
}
