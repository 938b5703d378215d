/** A process with one build of the library, kept alive so that two builds can take turns block by block. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { cleanEnvironment, collect, LIMIT, lastLine } from "./run-child.mts";
import type { TimingTask } from "./tasks.mts";

const CHILD = join(ROOT, "dist", "scripts", "bench", "timer-child.mjs");

/** Some steps in a row. */
export interface Block {
  /** How long steps are timed for. */
  readonly seconds: number;
  /** How many steps are timed at least. */
  readonly least: number;
}

export interface Timer {
  /** @returns milliseconds a step, the block's median @throws Error that says why there is none */
  time(block: Block): Promise<number>;
  close(): Promise<void>;
}

/** Starts a process and warms it up. A test puts a function of its own in the place of `openTimer`. */
export type Open = (given: TimingTask) => Promise<Timer>;

export const openTimer: Open = async (given) => {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(given)], {
    env: cleanEnvironment(),
    stdio: ["ignore", "ignore", "pipe", "ipc"], // a child whose channel closes ends: it does not outlive us
  });
  const stderr = child.stderr ? collect(child.stderr) : () => "";
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const close = () => {
    child.kill("SIGKILL");
    return closed;
  };
  try {
    await answerOf(child, stderr);
  } catch (error) {
    await close();
    throw error;
  }
  return { time: (block) => answerOf(child, stderr, block), close };
};

/** Sends a block, and waits for the child's next answer. @throws Error where the child ends or takes too long instead */
function answerOf(child: ChildProcess, stderr: () => string, block?: Block): Promise<number> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      stop();
      if (typeof message === "object" && message !== null && "ms" in message) resolve(Number(message.ms));
      else reject(new Error(`expected { ms }, got ${JSON.stringify(message)}`));
    };
    const onError = (error: Error) => {
      stop();
      reject(error);
    };
    const onClose = (code: number | null, signal: NodeJS.Signals | null) => {
      stop();
      reject(new Error(lastLine(stderr()) ?? `ended with ${signal ?? code}`));
    };
    const late = setTimeout(() => onError(new Error(`took longer than ${LIMIT / 1000} s`)), LIMIT);
    const stop = () => {
      clearTimeout(late);
      child.off("message", onMessage).off("error", onError).off("close", onClose);
    };
    child.on("message", onMessage).on("error", onError).on("close", onClose);
    if (block) child.send(block, (error) => error && onError(error));
  });
}
