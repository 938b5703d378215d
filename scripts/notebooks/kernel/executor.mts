/** The Python process that owns the kernels (serve.py): requests in, facts out, a line each. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "#setup/paths.mjs";
import type { Facts } from "../verdict.mts";

const SERVE = join(ROOT, "scripts", "notebooks", "kernel", "serve.py");

export interface ExecutorOptions {
  /** The interpreter. */
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  /** After it is aborted all answers come at once. */
  readonly signal?: AbortSignal | undefined;
}

export interface Request {
  readonly notebook: string;
  /** The file for the executed copy. */
  readonly output: string;
  /** Seconds. */
  readonly limit: number;
}

export interface Executor {
  execute(request: Request): Promise<Facts>;
  /** Resolves when the process has ended. */
  end(): Promise<void>;
}

/** A line of serve.py. */
interface Answer {
  readonly id: number;
  readonly facts?: Facts;
  readonly error?: string;
}

export function startExecutor({ python, env, signal }: ExecutorOptions): Executor {
  const child = spawn(python, [SERVE], { env, stdio: ["pipe", "pipe", "pipe"] });
  const waiting = new Map<number, (facts: Facts) => void>();
  let nextId = 1;
  let errors = "";
  let gone: Facts | undefined;

  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, facts, error = "" }: Answer = JSON.parse(line);
    waiting.get(id)?.(facts ?? notStarted(error));
    waiting.delete(id);
  });
  const ended = new Promise<void>((done) => {
    const lost = (why: string) => {
      const facts = notStarted(why, errors);
      gone ??= facts;
      for (const resolve of waiting.values()) resolve(gone);
      done();
    };
    child.once("error", (error) => lost(error.message));
    child.once("close", (code, name) => lost(`the process that runs the kernels ended (${name ?? code})`));
  });
  child.stdin.on("error", () => {}); // told by "close"
  signal?.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });

  return {
    execute(request) {
      if (gone) return Promise.resolve(gone);
      const id = nextId++;
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
}

function notStarted(why: string, log = ""): Facts {
  return { not_started: why, kernel_log: log, streams: [], claims: [], failed_cell: null, seconds: 0 };
}
