/** The checks of npm test, one after the other, each with its heading, its time and what it counts. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "../setup/files.mjs";
import { ROOT } from "../setup/paths.mjs";
import { notebookCounts, unitCounts } from "./counts.mjs";
import { SKIPPED, startStep } from "./step.mjs";

const UNIT_REPORT = join(ROOT, ".cache", "test", "unit.json");
const NOTEBOOK_REPORT = join(ROOT, "report", "notebooks.json");
const BROWSER_REPORT = join(ROOT, "report", "browser", "browser.json");
const LIMIT = 20 * 60_000; // milliseconds; all checks together take under 10 minutes on two cores
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** A check's `env` is added to ours, its `limit` is in milliseconds. Its `counts` reads its report; without one the check itself counts as one. */
const CHECKS = [
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "check"] },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.test.json"] },
  { name: "declarations, read by the kernel's TypeScript", args: ["scripts/checks/declarations.mjs"] },
  { name: "notebooks' types, strictly", args: ["scripts/checks/notebook-types.mjs"] },
  {
    name: "unit tests",
    args: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${UNIT_REPORT}`,
    ],
    report: UNIT_REPORT,
    counts: unitCounts,
  },
  { name: "TensorFlow 1.x's numbers, natively", args: ["dist/scripts/golden.mjs", "--engine", "tensorflow"] },
  { name: "TensorFlow 1.x's numbers, in WebAssembly", args: ["dist/scripts/golden.mjs", "--engine", "wasm"] },
  { name: "TensorFlow 1.x's numbers, in plain JavaScript", args: ["dist/scripts/golden.mjs", "--engine", "cpu"] },
  { name: "a training killed five times ends where one left alone does", args: ["dist/scripts/kill-test.mjs", "5"] },
  { name: "the notebooks' committed outputs", args: ["scripts/run-notebooks.mjs", "--check-outputs"] },
  {
    name: "notebooks, quick profile",
    args: ["scripts/run-notebooks.mjs", "--no-setup"],
    report: NOTEBOOK_REPORT,
    counts: notebookCounts,
  },
  {
    name: "notebooks in JupyterLab, in a browser",
    args: ["scripts/test-browser.mjs", "--no-setup", "--only", "01,03"],
    report: BROWSER_REPORT,
    counts: notebookCounts,
    limit: 8 * 60_000,
  },
  { name: "npm start serves with its token only, on this machine only", args: ["scripts/checks/smoke-start.mjs"] },
  { name: "an empty project installs the package and its native engine", args: ["scripts/checks/fresh-install.mjs"] },
];

/**
 * A signal to us goes on to the check at work, with all it started; we end by that signal then.
 *
 * @returns for each check `{ passed, failed, skipped }`
 */
export async function runChecks(checks = CHECKS, root = ROOT) {
  const results = [];
  let running;
  let interrupted;
  const onSignal = (signal) => {
    interrupted ??= signal;
    running?.stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const check of checks) {
    const started = Date.now();
    console.log(`\n── ${check.name}`);
    const start = (step) => {
      running = step;
      return step.ended;
    };
    results.push(await runCheck(check, root, start));
    if (interrupted) break;
    const { failed, passed } = results.at(-1);
    console.log(
      `${failed > 0 ? "✗" : passed > 0 ? "✓" : "–"} ${check.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    );
  }
  for (const signal of SIGNALS) process.off(signal, onSignal);
  if (interrupted) {
    console.log(`✗ interrupted (${interrupted})`);
    process.kill(process.pid, interrupted); // nobody listens any more: it ends us as it would have
  }
  return results;
}

async function runCheck({ args, env = {}, report, counts, limit = LIMIT, grace }, root, start) {
  if (report) {
    rmSync(report, { force: true }); // an old report must not speak for a run that crashed
    mkdirSync(dirname(report), { recursive: true });
  }
  const code = await ended(args, { cwd: root, env: { ...process.env, ...env }, limit, grace }, start);
  if (code === SKIPPED && !report) return { passed: 0, failed: 0, skipped: 1 };
  const found = report ? counts(readJson(report)) : null;
  if (found === null)
    return { passed: code === 0 && !report ? 1 : 0, failed: code === 0 && !report ? 0 : 1, skipped: 0 };
  // A run that ended badly has failed, even when each of its tests passed.
  return { ...found, failed: code !== 0 && found.failed === 0 ? 1 : found.failed };
}

/** The step's exit code; 1 when it is not there or took too long, after a line that says so. */
async function ended(args, options, start) {
  if (!existsSync(join(options.cwd, args[0]))) {
    console.log(`${args[0]} is not there`);
    return 1;
  }
  const { code, timedOut } = await start(startStep(args, options));
  if (!timedOut) return code;
  console.log(`ended at its time limit of ${options.limit / 60_000} minutes: ${args.join(" ")}`);
  return 1;
}

export function sum(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) for (const key of Object.keys(total)) total[key] += count[key];
  return total;
}
