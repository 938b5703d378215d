/** What npm test and npm run test:all check, in this order. */
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { type Counts, notebookCounts, unitCounts } from "./counts.mts";

const MINUTES = 60_000; // milliseconds

export interface Check {
  readonly name: string;
  /** A script of the project, and its arguments. */
  readonly args: readonly string[];
  /** Whether the check takes one core and few seconds, and measures no time: small checks run side by side. */
  readonly small?: boolean;
  /** Whether npm test leaves the check out. */
  readonly slow?: boolean;
  /** The file that the check writes. */
  readonly report?: string;
  /** Reads that file. Without this function the check itself counts as one. */
  readonly counts?: (report: unknown) => Counts | null;
  /** Is added to our environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds; far more than the check takes on a busy machine. Default: `LIMIT`. */
  readonly limit?: number;
  /** Milliseconds that the check has at its end for the processes that it has started. */
  readonly grace?: number;
}

/** @param projects of vitest.config.mts */
function unitTests(name: string, projects: readonly string[]): Check {
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

/** @param folder of the report */
function notebooks(name: string, folder: string, flags: readonly string[]): Check {
  const report = join(ROOT, folder, "notebooks.json");
  const args = ["dist/scripts/run-notebooks.mjs", "--no-setup", "--report", folder, ...flags];
  return { name, args, report, counts: notebookCounts };
}

function goldens(name: string, engine: string): Check {
  return { name, args: ["dist/scripts/golden.mjs", "--engine", engine], small: true };
}

export const CHECKS: readonly Check[] = [
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "check"], small: true },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.test.json"], small: true },
  {
    name: "declarations, read by the kernel's TypeScript",
    args: ["dist/scripts/checks/declarations.mjs"],
    small: true,
  },
  { name: "notebooks' format, lint and rules", args: ["dist/scripts/checks/notebook-format.mjs"], small: true },
  { name: "notebooks' types, strictly", args: ["dist/scripts/checks/notebook-types.mjs"], small: true },
  { name: "notebooks' numbers in prose", args: ["dist/scripts/checks/numbers/main.mjs"], small: true },
  {
    name: "the notebooks' committed outputs",
    args: ["dist/scripts/run-notebooks.mjs", "--check-outputs"],
    small: true,
  },
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
    args: ["dist/scripts/test-browser.mjs", "--no-setup", "--only", "01,03,08,09,10"],
    slow: true,
    report: join(ROOT, "report", "browser", "browser.json"),
    counts: notebookCounts,
  },
  {
    name: "a training killed twenty times ends where one left alone does",
    args: ["dist/scripts/kill-test.mjs", "20"],
    slow: true,
    small: true,
  },
  {
    name: "npm start serves with its token only, on this machine only",
    args: ["dist/scripts/checks/smoke-start.mjs"],
    slow: true,
    small: true,
  },
  {
    name: "an empty project installs the package and its native engine",
    args: ["dist/scripts/checks/fresh-install.mjs"],
    slow: true,
    small: true,
  },
];

/** Milliseconds after which a check is ended. */
export const LIMIT = 40 * MINUTES;
