/** One headless run, from names to the closing line. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { jupyterEnvironment } from "../setup/jupyter/environment.mjs";
import { ROOT, venvPython } from "../setup/paths.mjs";
import { describeNotebook, findNotebooks } from "./find.mjs";
import { writeBack } from "./outputs/write-back.mjs";
import { writeReports } from "./report/report.mjs";
import { runNotebooks } from "./run.mjs";
import { shortMessage } from "./verdict.mjs";

const VERDICTS = { holds: "true", fails: "false", "not proven": "not proven" };
const SIGNS = { passed: "✓", failed: "✗", "not proven": "?" };

/** @returns the exit code */
export async function headlessRun(names, options) {
  const { profile, write, report, jobs = availableParallelism(), timed = "with", python = venvPython(ROOT) } = options;
  if (!existsSync(python)) throw new Error("there is no .venv: run npm run setup");
  const found = findNotebooks(names, join(ROOT, "notebooks")).map((path) => describeNotebook(path, profile, ROOT));
  const notebooks = found.filter(({ alone }) => timed === "with" || alone === (timed === "only"));
  if (notebooks.length === 0) throw new Error("there are no notebooks to run");
  const folder = resolve(ROOT, report);
  const outputs = join(folder, "notebooks");
  rmSync(outputs, { recursive: true, force: true });
  mkdirSync(outputs, { recursive: true });

  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const { signal } = interrupt;
  try {
    console.log(
      `notebooks: ${notebooks.length} in the ${profile} profile, ${Math.min(jobs, notebooks.length)} at a time`,
    );
    const began = performance.now();
    const env = await kernelEnvironment(profile);
    const tell = { onStart: tellStart, onResult: tellResult };
    const results = await runNotebooks(notebooks, { python, env, outputs, jobs, signal, ...tell });
    if (signal.aborted) return tellInterrupted("all kernels ended");

    const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
    const run = { profile, version: version(), seconds };
    const counts = writeReports(folder, results, run);
    if (write) await writeBack(results, run, { signal });
    tellCounts(counts, run);
    return counts.notebooks.failed > 0 ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return tellInterrupted("no notebook was written");
    throw error;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function tellInterrupted(what) {
  console.error(`notebooks: interrupted, ${what}`);
  return 130;
}

/** Jupyter's files stay in the project; data comes from the shared folder where there is a real one. */
async function kernelEnvironment(profile) {
  const env = { ...jupyterEnvironment({ root: ROOT, env: process.env }), UNROLL_PROFILE: profile };
  const finder = new URL("../../dist/scripts/shared-data.mjs", import.meta.url);
  if (env.UNROLL_DATA || !existsSync(finder)) return env;
  const { sharedFolder } = await import(finder.href);
  const folder = await sharedFolder();
  return folder ? { ...env, UNROLL_DATA: folder } : env;
}

function version() {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version;
}

function tellStart({ name, alone }) {
  console.log(`  … ${name}${alone ? " (alone)" : ""}`);
}

function tellResult({ name, status, seconds, claims, reasons }) {
  const counted = Object.entries(VERDICTS).map(([verdict, word]) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  console.log(`  ${SIGNS[status]} ${name}: ${status}, ${seconds} s; claims: ${counted.flat().join(", ") || "none"}`);
  for (const { kind, message } of reasons) {
    console.log(`      ${kind}: ${shortMessage(message).replaceAll("\n", "\n        ")}`);
  }
}

function tellCounts({ notebooks, claims }, { seconds }) {
  const line = ({ passed, failed, notProven }) => `${passed} passed, ${failed} failed, ${notProven} not proven`;
  console.log(`notebooks: ${line(notebooks)} (${seconds} s)`);
  console.log(`claims: ${line(claims)}`);
  if (notebooks.notProven > 0) {
    console.log(
      "not proven: these ran on stand-in data, which says nothing about the claims; UNROLL_DATA or a network gives the real data",
    );
  }
}
