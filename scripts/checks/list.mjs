/** What npm test and npm run test:all check, in this order. */
import { join } from "node:path";
import { ROOT } from "../setup/paths.mjs";
import { notebookCounts, unitCounts } from "./counts.mjs";

const MINUTES = 60_000; // milliseconds

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string[]} args a script of the project, and its arguments
 * @property {boolean} [small] takes one core, few seconds, and measures no time: small ones run side by side
 * @property {boolean} [slow] left out by npm test
 * @property {string} [report] the file that it writes
 * @property {(report: any) => import("./counts.mjs").Counts | null} [counts] reads that file; without it the check itself counts as one
 * @property {NodeJS.ProcessEnv} [env] added to ours
 * @property {number} [limit] milliseconds; far more than a check takes on a busy machine
 * @property {number} [grace] milliseconds that a check has at its end for the processes that it started
 */

/** @param {string} name @param {string[]} projects of vitest.config.mts @returns {Check} */
function unitTests(name, projects) {
  const report = join(ROOT, ".cache", "test", `unit-${projects[0]}.json`);
  const selected = projects.flatMap((project) => ["--project", project]);
  const args = ["node_modules/vitest/vitest.mjs", "run", ...selected, "--reporter=default"];
  return {
    name,
    args: [...args, "--reporter=./test/runner/cost-reporter.mts", "--reporter=json", `--outputFile.json=${report}`],
    report,
    counts: unitCounts,
  };
}

/** @param {string} name @param {string} folder of the report @param {string[]} flags @returns {Check} */
function notebooks(name, folder, flags) {
  const report = join(ROOT, folder, "notebooks.json");
  const args = ["scripts/run-notebooks.mjs", "--no-setup", "--report", folder, ...flags];
  return { name, args, report, counts: notebookCounts };
}

/** @param {string} name @param {string} engine @returns {Check} */
const goldens = (name, engine) => ({ name, args: ["dist/scripts/golden.mjs", "--engine", engine], small: true });

/** @type {readonly Check[]} */
export const CHECKS = [
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "check"], small: true },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.test.json"], small: true },
  {
    name: "types of what runs before there is a build",
    args: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.early.json"],
    small: true,
  },
  { name: "declarations, read by the kernel's TypeScript", args: ["scripts/checks/declarations.mjs"], small: true },
  { name: "notebooks' types, strictly", args: ["scripts/checks/notebook-types.mjs"], small: true },
  { name: "the notebooks' committed outputs", args: ["scripts/run-notebooks.mjs", "--check-outputs"], small: true },
  goldens("TensorFlow 1.x's numbers, natively", "tensorflow"),
  goldens("TensorFlow 1.x's numbers, in WebAssembly", "wasm"),
  goldens("TensorFlow 1.x's numbers, in plain JavaScript", "cpu"),
  {
    name: "a training killed five times ends where one left alone does",
    args: ["dist/scripts/kill-test.mjs", "5"],
    small: true,
  },
  unitTests("unit tests", ["quick", "alone"]),
  notebooks("notebooks, quick profile, but those that measure time", "report", ["--timed", "without"]),

  { ...unitTests("slow unit tests", ["slow"]), slow: true },
  { ...notebooks("notebooks that measure time, quick profile", "report/timed", ["--timed", "only"]), slow: true },
  {
    name: "notebooks in JupyterLab, in a browser",
    args: ["dist/scripts/test-browser.mjs", "--no-setup", "--only", "01,03"],
    slow: true,
    report: join(ROOT, "report", "browser", "browser.json"),
    counts: notebookCounts,
  },
  {
    name: "npm start serves with its token only, on this machine only",
    args: ["scripts/checks/smoke-start.mjs"],
    slow: true,
    small: true,
  },
  {
    name: "an empty project installs the package and its native engine",
    args: ["scripts/checks/fresh-install.mjs"],
    slow: true,
    small: true,
  },
];

/** When a check is ended, if it does not say. */
export const LIMIT = 40 * MINUTES;
