/** "npm start" as a child, without a browser and on a free port. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { ROOT } from "#setup/paths.mjs";
import { descendants, isAlive } from "#setup/processes.mjs";

const PATIENCE = 300_000; // milliseconds, for a first setup too

/** JupyterLab at work. */
export interface Lab {
  /** Its address, with its token. */
  readonly url: URL;
  /** Ends it as Ctrl-C does. @returns the ids of processes that outlived it */
  end(): Promise<number[]>;
}

/**
 * @param options `flags`: for JupyterLab
 * @throws Error with what it printed, when it ended or printed no address in time
 */
export async function startLab({
  flags = [],
  env = process.env,
}: {
  flags?: readonly string[];
  env?: NodeJS.ProcessEnv;
} = {}): Promise<Lab> {
  const args = ["start", "--", "--no-browser", "--ServerApp.port=0", ...flags];
  const child = spawn("npm", args, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve)); // what outlives it may hold its pipes open
  const end = async () => {
    const started = descendants(child.pid);
    if (child.pid !== undefined) interrupt(-child.pid); // the whole group, as a terminal does
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

function interrupt(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // it has ended
  }
}

/** What is used of the child. */
type Printing = ChildProcessByStdio<null, Readable, Readable>;

function printedUrl(child: Printing): Promise<URL> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new Error(`npm start ${why}:\n${output}`));
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
