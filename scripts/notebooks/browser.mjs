/** A headless Chromium for the time of one task, spoken to over a pipe (the DevTools protocol). */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--remote-debugging-pipe", "about:blank"],
];

/** How long things may take, in milliseconds. */
const LIMITS = {
  version: 20_000, // "chromium --version", in a container's first seconds
  answer: 60_000, // to one question: a figure with many points is drawn in a second or two
  end: 5_000, // for a killed browser's children to go
};

/** @throws Error saying what to install */
export function findBrowser() {
  const found = NAMES.find((name) => isBrowser(name));
  if (found) return found;
  throw new Error(
    `drawing figures as PNG needs Chromium, and none of ${NAMES.join(", ")} is on the PATH (Debian/Ubuntu: apt install chromium)`,
  );
}

function isBrowser(name) {
  const options = { stdio: "ignore", timeout: LIMITS.version, killSignal: "SIGKILL" };
  return spawnSync(name, ["--version"], options).status === 0;
}

/**
 * Opens a page for `task({ goto, evaluate })`, then ends the browser and removes its profile.
 *
 * @param options `signal`: ends the browser when it is aborted; `limit`: milliseconds for one answer, Default: a minute
 * @throws Error when the browser ends, or does not answer in time
 */
export async function withPage(task, { signal, limit = LIMITS.answer } = {}) {
  const browser = findBrowser();
  const profile = mkdtempSync(join(tmpdir(), "unroll-browser-"));
  const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"];
  const child = spawn(browser, [`--user-data-dir=${profile}`, ...FLAGS], { stdio, detached: GROUPS });
  const ended = new Promise((done) => child.once("close", done));
  const end = () => killAll(child);
  signal?.addEventListener("abort", end, { once: true });
  try {
    signal?.throwIfAborted();
    return await task(await openPage(child, limit));
  } finally {
    signal?.removeEventListener("abort", end);
    end();
    await Promise.race([ended, after(LIMITS.end)]);
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A browser's processes are one group: a helper that lives on would write into its profile while that is removed. */
const GROUPS = process.platform !== "win32";

function killAll(child) {
  if (!GROUPS || child.pid === undefined) return child.kill("SIGKILL");
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // all gone
  }
}

/** Resolves after that time; nothing waits for it alone. */
function after(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds).unref());
}

async function openPage(child, limit) {
  const send = connect(child, limit);
  const { targetInfos } = await send("Target.getTargets");
  const { targetId } = targetInfos.find(({ type }) => type === "page");
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  return {
    goto: (url) => send("Page.navigate", { url }, sessionId),
    async evaluate(expression) {
      const asked = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await send("Runtime.evaluate", asked, sessionId);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
  };
}

/** Messages are JSON, each ended by a zero byte; answers carry the question's id. */
function connect(child, limit) {
  const waiting = new Map();
  let [nextId, rest] = [1, ""];
  child.stdio[4].setEncoding("utf8").on("data", (part) => {
    const messages = (rest + part).split("\0");
    rest = messages.pop();
    for (const { id, result, error } of messages.map((text) => JSON.parse(text))) {
      waiting.get(id)?.(error ? { error } : { result });
      waiting.delete(id);
    }
  });
  const gone = new Promise((_, fail) => {
    for (const event of ["error", "close"])
      child.once(event, () => fail(new Error("Chromium ended before its work was done")));
  });
  gone.catch(() => {});
  child.stdio[3].on("error", () => {}); // told by "close"
  return async (method, params = {}, sessionId = undefined) => {
    const id = nextId++;
    const answer = new Promise((done) => waiting.set(id, done));
    let timer;
    const late = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`Chromium did not answer ${method} in ${limit / 1000} s`)), limit);
    });
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await Promise.race([answer, gone, late]).finally(() => clearTimeout(timer));
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
}
