/** One run of the browser's test: JupyterLab as npm start serves it, Chromium, each notebook, then the stop button. */
import { mkdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { chromium } from "playwright-core";
import { sharedFolder } from "../../dist/scripts/shared-data.mjs";
import { startLab } from "../checks/start-lab.mjs";
import { ROOT } from "../setup/paths.mjs";
import { copyNotebooks } from "./folder.mjs";
import { INTERRUPT_NOTEBOOK, interruptNotebook, tryInterrupt } from "./interrupt.mjs";
import { writeReport } from "./report.mjs";
import { verdict } from "./verdict.mjs";
import { watchNotebook } from "./watch.mjs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const SIGNS = { passed: "✓", failed: "✗", "not proven": "?" };

/**
 * @param options `executable`: Chromium; `report`: a folder for screenshots and browser.json
 * @returns the exit code
 */
export async function browserRun(names, { executable, report }) {
  const { flags, notebooks } = copyNotebooks(names, { [INTERRUPT_NOTEBOOK]: interruptNotebook() });
  const screenshots = resolve(ROOT, report);
  mkdirSync(screenshots, { recursive: true });
  console.log(`browser: ${notebooks.length} notebooks in JupyterLab, quick profile, then the stop button`);
  const began = performance.now();
  const tasks = [
    ...notebooks.map((notebook) => ({
      name: notebook.name,
      run: async (context, lab) => verdict(await watchNotebook(context, notebook, { lab, screenshots }), notebook),
    })),
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

/** With JupyterLab as npm start serves it; a process that outlives it is a failure too. @returns the results */
async function inLab(flags, work) {
  const { url, end } = await startLab({ flags, env: await environment() });
  let results;
  let left;
  try {
    results = await work(url);
  } finally {
    left = await end();
  }
  if (left.length === 0) return results;
  return [...results, { name: "npm start", status: "failed", reasons: [`${left.length} processes outlived it`] }];
}

/** One task after the other, in one browser; a signal closes it, and with it the task at work. @returns the results */
async function inBrowser(executablePath, lab, tasks, signal) {
  if (signal.aborted) return [];
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium's sandbox refuses root
  const ours = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ executablePath, args, ...ours });
  const close = () => browser.close();
  signal.addEventListener("abort", close, { once: true });
  const results = [];
  try {
    const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
    for (const { name, run } of tasks) {
      const started = performance.now();
      const alone = run(context, lab).finally(() => signal.aborted || endSessions(lab));
      const result = await alone.catch((error) => ({ status: "failed", reasons: [error.message] }));
      if (signal.aborted) break;
      results.push({ name, ...result });
      tell(results.at(-1), (performance.now() - started) / 1_000);
    }
  } finally {
    signal.removeEventListener("abort", close);
    await browser.close();
  }
  return results;
}

/** What an earlier run left must not speak for this one. The folder may hold other things. */
function removeOld(folder, name) {
  const files = ["browser.json", ...["", "-running", "-failed"].map((end) => `${name}${end}.png`)];
  for (const file of files) rmSync(join(folder, file), { force: true });
}

/** As the headless run has it: the quick profile, and data from the shared folder where there is one. */
async function environment() {
  const env = { ...process.env, UNROLL_PROFILE: "quick" };
  const folder = env.UNROLL_DATA ? undefined : await sharedFolder();
  return folder ? { ...env, UNROLL_DATA: folder } : env;
}

/** Ends the kernels, so that the next notebook has the machine to itself. */
async function endSessions(lab) {
  const headers = { authorization: `token ${lab.searchParams.get("token")}` };
  const sessions = await (await fetch(`${lab.origin}/api/sessions`, { headers })).json();
  for (const { id } of sessions) await fetch(`${lab.origin}/api/sessions/${id}`, { method: "DELETE", headers });
}

function tell({ name, status, reasons, seconds: stop }, seconds) {
  const stopped = stop === undefined ? "" : `, the cell ended ${stop.toFixed(2)} s after the interrupt`;
  console.log(`  ${SIGNS[status]} ${name}: ${status}, ${seconds.toFixed(1)} s${stopped}`);
  for (const reason of reasons) console.log(`      ${reason.replaceAll("\n", "\n        ")}`);
}

function conclude(results, screenshots, seconds) {
  const count = (status) => results.filter((result) => result.status === status).length;
  const counts = { passed: count("passed"), failed: count("failed"), notProven: count("not proven") };
  writeReport(screenshots, { notebooks: counts, results });
  const { passed, failed, notProven } = counts;
  console.log(`browser: ${passed} passed, ${failed} failed, ${notProven} not proven (${seconds.toFixed(1)} s)`);
  console.log(`browser: screenshots in ${relative(ROOT, screenshots) || screenshots}`);
  return failed > 0 ? 1 : 0;
}
