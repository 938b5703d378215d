/**
 * npm run bench [-- flags]: how long one training step takes, beside other libraries on the same machine. `--help` says
 * what may be asked for.
 *
 * Ends with 0, 1 when a measurement failed or --verify found a difference, 2 for a wrong flag.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { argumentsOf, chosen, HELP } from "./bench/arguments.mjs";
import { fitTable } from "./bench/fit-table.mjs";
import { INFERENCE } from "./bench/inference.mjs";
import { machineSpeed, measureAll, measureFits, verifyAll } from "./bench/measurements.mjs";
import { SHARED } from "./bench/peers.mjs";
import { tables } from "./bench/table.mjs";

const FITTED = ["mnist_rnn", "series_rnn"]; // a step of usual length, and one that is short

const say = (line) => console.error(`bench: ${line}`);
const print = (line) => console.log(line);

async function main(args) {
  const asked = argumentsOf(args);
  if (asked.mode === "help") return print(HELP);
  const specs = asked.mode === "inference" ? undefined : workloads();
  if (specs === null) return print("bench: skipped, ../shared/peers/workloads.json is not there");
  const names = specs ? Object.keys(specs) : INFERENCE;
  const untold = asked.mode === "fit" ? names.filter((name) => FITTED.includes(name)) : names;
  const plan = { ...asked, specs, workloads: chosen("--workloads", asked.workloads ?? untold, names) };
  if (!built()) return 1;
  if (plan.mode === "verify") return (await verifyAll(plan, { print, say })) ? 0 : 1;
  if (plan.mode === "fit") return fits(plan);
  const rows = await measureAll(plan, { say, onRow: plan.json ? (row) => print(JSON.stringify(row)) : undefined });
  if (!plan.json) print(tables(rows, { ...plan, gflops: specs && (await machineSpeed({ say })) }));
  return rows.some((row) => row.failed) ? 1 : 0;
}

/** What fit costs; mnist_rnn and series_rnn unless told. */
async function fits(plan) {
  const rows = await measureFits(plan, { say });
  const done = rows.filter((row) => row !== undefined);
  if (plan.json) for (const row of done) print(JSON.stringify(row));
  else if (done.length > 0) print(fitTable(done));
  return done.length < rows.length ? 1 : 0;
}

/** The workloads by name, or null where there are none. */
function workloads() {
  const path = join(SHARED, "workloads.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

/** What is measured is the library as it stands. */
function built() {
  const script = fileURLToPath(new URL("build.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0) say(stderr.trim());
  return status === 0;
}

main(process.argv.slice(2)).then(
  (code = 0) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`bench: ${error.message}`);
    process.exitCode = 2;
  },
);
