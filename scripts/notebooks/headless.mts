/** One headless run, from names to the closing line. */
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { jupyterEnvironment } from "#setup/jupyter/environment.mjs";
import type { Profile } from "#setup/jupyter/notebook-file.mjs";
import { ROOT, venvPython } from "#setup/paths.mjs";
import { sharedFolder } from "../shared-data.mts";
import { describeNotebook, findNotebooks, type NotebookDescription } from "./find.mts";
import { writeBack } from "./outputs/write-back.mts";
import { clearReport } from "./report/clear.mts";
import { writeReports } from "./report/report.mts";
import { type Result, runNotebooks } from "./run.mts";
import { writeStartPage } from "./start-page.mts";
import { type Claim, type Counts, shortMessage } from "./verdict.mts";

const VERDICTS: readonly (readonly [Claim["verdict"], string])[] = [
  ["holds", "true"],
  ["fails", "false"],
  ["not proven", "not proven"],
];
const SIGNS: Readonly<Record<Result["status"], string>> = { passed: "✓", failed: "✗", "not proven": "?" };

/** Which notebooks of those that measure time are run; each of these runs alone. */
export const TIMED = ["with", "without", "only"] as const;

export interface HeadlessOptions {
  readonly profile: Profile;
  /** Whether the outputs go into the notebooks. */
  readonly write: boolean;
  /** The folder of the reports. */
  readonly report: string;
  /** How many notebooks run at a time. Default: as many as the machine has cores. */
  readonly jobs?: number | undefined;
  /** Default: "with". */
  readonly timed?: (typeof TIMED)[number];
  /** Default: the one in .venv. */
  readonly python?: string;
}

/** @returns the exit code */
export async function headlessRun(names: readonly string[], options: HeadlessOptions): Promise<number> {
  const { profile, write, report, jobs = availableParallelism(), timed = "with", python = venvPython(ROOT) } = options;
  if (!existsSync(python)) throw new Error("there is no .venv: run npm run setup");
  const found = findNotebooks(names, join(ROOT, "notebooks")).map((path) => describeNotebook(path, profile, ROOT));
  const notebooks = found.filter(({ alone }) => timed === "with" || alone === (timed === "only"));
  if (notebooks.length === 0) throw new Error("there are no notebooks to run");
  const folder = resolve(ROOT, report);
  const outputs = clearReport(folder);

  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const { signal } = interrupt;
  try {
    console.log(
      `notebooks: ${notebooks.length} in the ${profile} profile, ${Math.min(jobs, notebooks.length)} at a time`,
    );
    const began = performance.now();
    const env = kernelEnvironment(profile);
    const tell = { onStart: tellStart, onResult: tellResult };
    const results = await runNotebooks(notebooks, { python, env, outputs, jobs, signal, ...tell });
    if (signal.aborted) return tellInterrupted("all kernels ended");

    const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
    const run = { profile, version: version(), seconds };
    const counts = writeReports(folder, results, run);
    if (write) {
      await writeBack(results, run, { signal });
      const ofTheBook = results.filter(({ path }) => dirname(path) === join(ROOT, "notebooks"));
      if (ofTheBook.length > 0) console.log(`  ${writeStartPage([{ profile, results: ofTheBook }])}`);
    }
    tellCounts(counts, seconds);
    return counts.notebooks.failed > 0 ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return tellInterrupted("no notebook was written");
    throw error;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function tellInterrupted(what: string): number {
  console.error(`notebooks: interrupted, ${what}`);
  return 130;
}

/** Jupyter's files stay in the project; data comes from the shared folder where there is a real one. */
function kernelEnvironment(profile: Profile): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...jupyterEnvironment({ root: ROOT, env: process.env }),
    UNROLL_PROFILE: profile,
  };
  if (env.UNROLL_DATA) return env;
  const folder = sharedFolder();
  return folder ? { ...env, UNROLL_DATA: folder } : env;
}

function version(): string {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version;
}

function tellStart({ name, alone }: NotebookDescription): void {
  console.log(`  … ${name}${alone ? " (alone)" : ""}`);
}

function tellResult({ name, status, seconds, claims, reasons }: Result): void {
  const counted = VERDICTS.flatMap(([verdict, word]) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  console.log(`  ${SIGNS[status]} ${name}: ${status}, ${seconds} s; claims: ${counted.join(", ") || "none"}`);
  for (const { kind, message } of reasons) {
    console.log(`      ${kind}: ${shortMessage(message).replaceAll("\n", "\n        ")}`);
  }
}

function tellCounts({ notebooks, claims }: Record<"notebooks" | "claims", Counts>, seconds: number): void {
  const line = ({ passed, failed, notProven }: Counts) => `${passed} passed, ${failed} failed, ${notProven} not proven`;
  console.log(`notebooks: ${line(notebooks)} (${seconds} s)`);
  console.log(`claims: ${line(claims)}`);
  if (notebooks.notProven > 0) {
    console.log(
      "not proven: these ran on stand-in data, which says nothing about the claims; UNROLL_DATA or a network gives the real data",
    );
  }
}
