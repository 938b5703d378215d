/** One run of the browser's test: JupyterLab as npm start serves it, Chromium, each notebook, then the stop button. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { startLab } from "../checks/start-lab.mjs";
import { ROOT } from "../setup/paths.mjs";
import { sharedFolder } from "../shared-data.mjs";
import { copyNotebooks } from "./folder.mjs";
import { INTERRUPT_NOTEBOOK, interruptNotebook, tryInterrupt } from "./interrupt.mjs";
import { verdict } from "./verdict.mjs";
import { watchNotebook } from "./watch.mjs";

const SIGNS = { passed: "✓", failed: "✗", "not proven": "?" };

/**
 * @param options `executable`: Chromium; `report`: a folder for screenshots and browser.json
 * @returns the exit code
 */
export async function browserRun(names, { executable, report }) {
  const { chromium } = await import("playwright-core"); // not before setup, which may have to install it
  const { flags, notebooks } = copyNotebooks(names, { [INTERRUPT_NOTEBOOK]: interruptNotebook() });
  const screenshots = resolve(ROOT, report);
  rmSync(screenshots, { recursive: true, force: true });
  mkdirSync(screenshots, { recursive: true });
  console.log(`browser: ${notebooks.length} notebooks in JupyterLab, quick profile, then the stop button`);
  const began = performance.now();
  const { url: lab, end } = await startLab({ flags, env: await environment() });
  const results = [];
  let left;
  try {
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium's sandbox refuses root
    const browser = await chromium.launch({ executablePath: executable, args });
    const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
    const look = async (name, task) => {
      const started = performance.now();
      const result = await task().catch((error) => ({ status: "failed", reasons: [error.message] }));
      await endSessions(lab);
      results.push({ name, ...result });
      tell(results.at(-1), (performance.now() - started) / 1_000);
    };
    try {
      for (const notebook of notebooks) {
        await look(notebook.name, async () =>
          verdict(await watchNotebook(context, notebook, { lab, screenshots }), notebook),
        );
      }
      await look(INTERRUPT_NOTEBOOK, () => tryInterrupt(context, { lab, screenshots }));
    } finally {
      await browser.close();
    }
  } finally {
    left = await end();
  }
  if (left.length > 0) results.push({ name: "npm start", status: "failed", reasons: ["processes outlived it"] });
  return conclude(results, screenshots, (performance.now() - began) / 1_000);
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

/** Nothing could be tried here: a printed line, a report that says so. @returns the exit code */
export function skip(why, report) {
  writeReport(resolve(ROOT, report), { notebooks: { passed: 0, failed: 0, notProven: 0, skipped: 1 }, skipped: why });
  console.log(`browser: skipped: ${why}`);
  return 0;
}

function writeReport(folder, content) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "browser.json"), `${JSON.stringify(content, null, 2)}\n`);
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
