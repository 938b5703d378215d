/** One run of the browser's test: JupyterLab as npm start serves it, Chromium, each notebook, then the stop button. */
import { mkdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

import { ROOT } from "#setup/paths.mjs";
import { messageOf } from "#setup/problem.mjs";
import { startLab } from "../checks/start-lab.mts";
import { sharedFolder } from "../shared-data.mts";
import { copyNotebooks } from "./folder.mts";
import { INTERRUPT_NOTEBOOK, interruptNotebook, tryInterrupt } from "./interrupt.mts";
import { type Result, writeReport } from "./report.mts";
import { type Verdict, verdict } from "./verdict.mts";
import { watchNotebook } from "./watch.mts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const SIGNS: Record<Verdict["status"], string> = { passed: "✓", failed: "✗", "not proven": "?" };

/** One notebook to watch, or the stop button to try. */
interface Task {
  readonly name: string;
  readonly run: (context: BrowserContext, lab: URL) => Promise<Verdict & { readonly seconds?: number }>;
}

/**
 * @param names of the notebooks, as `npm run notebooks` takes names
 * @param options `executable`: Chromium; `report`: a folder for screenshots and browser.json
 * @returns the exit code
 */
export async function browserRun(
  names: readonly string[],
  { executable, report }: { executable: string; report: string },
): Promise<number> {
  const { flags, notebooks } = copyNotebooks(names, { [INTERRUPT_NOTEBOOK]: interruptNotebook() });
  const screenshots = resolve(ROOT, report);
  mkdirSync(screenshots, { recursive: true });
  console.log(`browser: ${notebooks.length} notebooks in JupyterLab, quick profile, then the stop button`);
  const began = performance.now();
  const tasks: Task[] = [
    ...notebooks.map((notebook): Task => {
      const watch = (context: BrowserContext, lab: URL) => watchNotebook(context, notebook, { lab, screenshots });
      return { name: notebook.name, run: async (context, lab) => verdict(await watch(context, lab), notebook) };
    }),
    { name: INTERRUPT_NOTEBOOK, run: (context, lab) => tryInterrupt(context, { lab, screenshots }) },
  ];
  for (const { name } of tasks) removeOld(screenshots, name);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const results = await inLab(flags, (lab) => inBrowser(executable, lab, tasks, stop.signal));
    if (!stop.signal.aborted) return conclude(results, screenshots, (performance.now() - began) / 1_000);
    console.error("browser: interrupted, JupyterLab and Chromium have ended");
    return 130;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/**
 * Works while JupyterLab runs as npm start serves it. A process that outlives JupyterLab is a failure too.
 *
 * @returns the results
 */
async function inLab(flags: readonly string[], work: (lab: URL) => Promise<Result[]>): Promise<Result[]> {
  const { url, end } = await startLab({ flags, env: await environment() });
  let results: Result[];
  let left: number[] = [];
  try {
    results = await work(url);
  } finally {
    left = await end();
  }
  if (left.length === 0) return results;
  return [...results, { name: "npm start", status: "failed", reasons: [`${left.length} processes outlived it`] }];
}

/** One task after the other, in one browser; a signal closes it, and with it the task at work. @returns the results */
async function inBrowser(
  executablePath: string,
  lab: URL,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<Result[]> {
  if (signal.aborted) return [];
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium's sandbox refuses root
  const ours = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ executablePath, args, ...ours });
  const close = () => browser.close();
  signal.addEventListener("abort", close, { once: true });
  const results: Result[] = [];
  try {
    const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
    for (const { name, run } of tasks) {
      const started = performance.now();
      const result = await run(context, lab)
        .finally(() => (signal.aborted ? undefined : endSessions(lab)))
        .catch((error): Verdict => ({ status: "failed", reasons: [messageOf(error)] }));
      if (signal.aborted) break;
      const named = { name, ...result };
      results.push(named);
      tell(named, (performance.now() - started) / 1_000);
    }
  } finally {
    signal.removeEventListener("abort", close);
    await browser.close();
  }
  return results;
}

/** Removes what an earlier run has left, so that it is not taken for this run's. The folder may hold other things. */
function removeOld(folder: string, name: string): void {
  const files = ["browser.json", ...["", "-running", "-failed"].map((end) => `${name}${end}.png`)];
  for (const file of files) rmSync(join(folder, file), { force: true });
}

/** As in the headless run: the quick profile, and data from the shared folder where there is one. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { ...process.env, UNROLL_PROFILE: "quick" };
  const folder = env.UNROLL_DATA ? undefined : await sharedFolder();
  return folder ? { ...env, UNROLL_DATA: folder } : env;
}

/** Ends the kernels, so that the next notebook has the machine to itself. */
async function endSessions(lab: URL): Promise<void> {
  const headers = { authorization: `token ${lab.searchParams.get("token")}` };
  const answer = await fetch(`${lab.origin}/api/sessions`, { headers });
  const sessions = (await answer.json()) as { id: string }[];
  for (const { id } of sessions) await fetch(`${lab.origin}/api/sessions/${id}`, { method: "DELETE", headers });
}

function tell({ name, status, reasons, seconds: stop }: Result, seconds: number): void {
  const stopped = stop === undefined ? "" : `, the cell ended ${stop.toFixed(2)} s after the interrupt`;
  console.log(`  ${SIGNS[status]} ${name}: ${status}, ${seconds.toFixed(1)} s${stopped}`);
  for (const reason of reasons) console.log(`      ${reason.replaceAll("\n", "\n        ")}`);
}

/** Prints and reports what came of the run. @returns the exit code */
function conclude(results: readonly Result[], screenshots: string, seconds: number): number {
  const count = (status: Verdict["status"]) => results.filter((result) => result.status === status).length;
  const counts = { passed: count("passed"), failed: count("failed"), notProven: count("not proven") };
  writeReport(screenshots, { notebooks: counts, results });
  const { passed, failed, notProven } = counts;
  console.log(`browser: ${passed} passed, ${failed} failed, ${notProven} not proven (${seconds.toFixed(1)} s)`);
  console.log(`browser: screenshots in ${relative(ROOT, screenshots) || screenshots}`);
  return failed > 0 ? 1 : 0;
}
