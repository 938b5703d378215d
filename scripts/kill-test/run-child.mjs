import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));

/**
 * Runs the training in a process of its own.
 *
 * @param killAfter milliseconds from its "ready" to SIGKILL; never, when undefined
 * @returns `{ code, signal, errors, told, times }`: the last line of each word that it told, and `last`, the last word of
 *   all; `times`, milliseconds from "ready" to each word's first line
 */
export async function runChild(folder, { until, every, killAfter }) {
  const child = spawn(process.execPath, [CHILD, folder, String(until), String(every)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = { last: "nothing" };
  const times = {};
  let errors = "";
  let timer;
  let started;
  child.stderr.on("data", (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const at = line.indexOf(" ");
    const word = line.slice(0, at);
    told[word] = line.slice(at + 1);
    told.last = word;
    if (word === "ready") started = performance.now();
    times[word] ??= performance.now() - started;
    if (word === "ready" && killAfter !== undefined) timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (...ended) => resolve(ended));
  });
  clearTimeout(timer);
  return { code, signal, errors, told, times };
}
