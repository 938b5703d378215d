/**
 * Before each test file: what the file costs is counted and handed to the reporter, in `file.meta.cost`. Here too,
 * everything that a file may leave for the next one in the same process is put back.
 */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, expect, type TestContext, vi } from "vitest";

/** Seconds, but for `assertions`. */
export interface Cost {
  readonly wall: number;
  /** Processor time of this process. */
  readonly own: number;
  /** Processor time of the processes that the file started and that have ended; 0 where the system does not tell. */
  readonly children: number;
  readonly assertions: number;
}

declare module "vitest" {
  interface TaskMeta {
    cost?: Cost;
  }
}

const began = performance.now();
const usage = process.cpuUsage();
const childrenBefore = childrenTime();
let assertions = 0;
let file: TestContext["task"]["file"] | undefined;

afterEach(({ task }) => {
  assertions += expect.getState().assertionCalls;
  file = task.file;
});

afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  if (!file) return;
  const { user, system } = process.cpuUsage(usage);
  const wall = (performance.now() - began) / 1000;
  file.meta.cost = { wall, own: (user + system) / 1e6, children: childrenTime() - childrenBefore, assertions };
});

function childrenTime(): number {
  if (process.platform !== "linux") return 0;
  const text = readFileSync("/proc/self/stat", "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
  return (Number(fields[13]) + Number(fields[14])) / 100; // user's and system's, in ticks of 1/100 second
}
