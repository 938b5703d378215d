/** "npm start" as a child, without a browser and on a free port. */
import { spawn } from "node:child_process";
import { ROOT } from "../setup/paths.mjs";
import { descendants, isAlive } from "../setup/processes.mjs";

const PATIENCE = 300_000; // milliseconds, for a first setup too

/**
 * @param {{ flags?: readonly string[], env?: NodeJS.ProcessEnv }} [options] `flags`: for JupyterLab
 * @returns `{ url, end }`: its address with the token; `end` ends it as Ctrl-C does, and gives the ids of processes that
 *   outlived it
 * @throws Error with what it printed, when it ended or printed no address in time
 */
export async function startLab({ flags = [], env = process.env } = {}) {
  const args = ["start", "--", "--no-browser", "--ServerApp.port=0", ...flags];
  const child = spawn("npm", args, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve)); // what outlives it may hold its pipes open
  const end = async () => {
    const started = descendants(child.pid);
    kill(-child.pid); // the whole group, as a terminal does
    await ended;
    return started.filter((pid) => isAlive(pid));
  };
  try {
    return { url: await printedUrl(child), end };
  } catch (error) {
    await end();
    throw error;
  }
}

function kill(pid) {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // it has ended
  }
}

function printedUrl(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why) => reject(new Error(`npm start ${why}:\n${output}`));
    const timer = setTimeout(() => fail("printed no URL in time"), PATIENCE);
    timer.unref();
    child.once("close", () => fail("ended"));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const url = /http:\/\/\S+token=\w+(?=\s)/.exec(output)?.[0];
        if (!url) return;
        clearTimeout(timer);
        resolve(new URL(url));
      });
    }
  });
}
