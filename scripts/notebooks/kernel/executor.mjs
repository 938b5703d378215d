/** The Python process that owns the kernels (serve.py): requests in, facts out, a line each. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVE = fileURLToPath(new URL("./serve.py", import.meta.url));

/** @returns `{ execute({ notebook, output, limit }), end() }`; after `signal` is aborted all answers come at once */
export function startExecutor({ python, env, signal }) {
  const child = spawn(python, [SERVE], { env, stdio: ["pipe", "pipe", "pipe"] });
  const waiting = new Map();
  let nextId = 1;
  let errors = "";
  let gone;

  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, facts, error } = JSON.parse(line);
    waiting.get(id)(facts ?? notStarted(error));
    waiting.delete(id);
  });
  const ended = new Promise((done) => {
    const lost = (why) => {
      gone ??= notStarted(why, errors);
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

function notStarted(why, log = "") {
  return { not_started: why, kernel_log: log, streams: [], claims: [], failed_cell: null, seconds: 0 };
}
