/** A headless Chromium for the time of one task, spoken to over a pipe (the DevTools protocol). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { codeOf } from "#setup/problem.mjs";

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
export function findBrowser(): string {
  const found = NAMES.find((name) => isBrowser(name));
  if (found) return found;
  throw new Error(
    `drawing figures as PNG needs Chromium, and none of ${NAMES.join(", ")} is on the PATH (Debian/Ubuntu: apt install chromium)`,
  );
}

function isBrowser(name: string): boolean {
  const limits = { timeout: LIMITS.version, killSignal: "SIGKILL" } as const;
  return spawnSync(name, ["--version"], { stdio: "ignore", ...limits }).status === 0;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  /** Waits for a promise, and gives its value; both are the page's. */
  evaluate(expression: string): Promise<unknown>;
}

export interface PageOptions {
  /** Ends the browser when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for one answer. Default: a minute. */
  readonly limit?: number;
}

/**
 * Opens a page for a task, then ends the browser and removes its profile.
 *
 * @throws Error when the browser ends, or does not answer in time
 */
export async function withPage<T>(
  task: (page: Page) => Promise<T>,
  { signal, limit = LIMITS.answer }: PageOptions = {},
): Promise<T> {
  const browser = findBrowser();
  const profile = mkdtempSync(join(tmpdir(), "unroll-browser-"));
  const child = spawn(browser, [`--user-data-dir=${profile}`, ...FLAGS], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    detached: GROUPS,
  });
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

function killAll(child: ChildProcess): void {
  if (!GROUPS || child.pid === undefined) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error; // all gone
  }
}

/** Resolves after that time; nothing waits for it alone. */
function after(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds).unref());
}

/** What is read of the protocol's answers. */
interface Answers {
  "Target.getTargets": { targetInfos: { targetId: string; type: string }[] };
  "Target.attachToTarget": { sessionId: string };
  "Page.navigate": object;
  "Runtime.evaluate": {
    result: { value?: unknown };
    exceptionDetails?: { text: string; exception?: { description?: string } };
  };
}

type Send = <M extends keyof Answers>(method: M, params?: object, sessionId?: string) => Promise<Answers[M]>;

async function openPage(child: ChildProcess, limit: number): Promise<Page> {
  const send = connect(child, limit);
  const { targetInfos } = await send("Target.getTargets");
  const targetId = targetInfos.find(({ type }) => type === "page")?.targetId;
  if (targetId === undefined) throw new Error("Chromium has opened no page");
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

/** A message from the browser: an answer carries the question's id, an event has none. */
interface Message<R> {
  readonly id?: number;
  readonly result: R;
  readonly error?: { readonly message: string };
}

/** Messages are JSON, each ended by a zero byte. */
function connect(child: ChildProcess, limit: number): Send {
  const [, , , questions, answers] = child.stdio;
  if (!(questions instanceof Writable && answers instanceof Readable)) throw new Error("Chromium has no pipes");
  const waiting = new Map<number | undefined, (message: Message<never>) => void>(); // who asks knows the type
  let [nextId, rest] = [1, ""];
  answers.setEncoding("utf8").on("data", (part) => {
    const messages = (rest + part).split("\0");
    rest = messages.pop() ?? "";
    for (const message of messages.map((text): Message<never> => JSON.parse(text))) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  const gone = new Promise<never>((_, fail) => {
    for (const event of ["error", "close"])
      child.once(event, () => fail(new Error("Chromium ended before its work was done")));
  });
  gone.catch(() => {});
  questions.on("error", () => {}); // told by "close"
  return async <M extends keyof Answers>(method: M, params = {}, sessionId?: string) => {
    const id = nextId++;
    const answer = new Promise<Message<Answers[M]>>((done) => waiting.set(id, done));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new Error(`Chromium did not answer ${method} in ${limit / 1000} s`)), limit);
    });
    questions.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await Promise.race([answer, gone, late]).finally(() => clearTimeout(timer));
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
}
