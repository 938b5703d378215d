/**
 * npm run bench [-- flags]: how long one training step takes, beside other libraries on the same machine. `--help` lists
 * the flags.
 *
 * Ends with 0; 1 when a measurement failed, --verify found a difference or --against a slower step; 2 for a wrong flag.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { type Asked, argumentsOf, chosen } from "./bench/arguments.mts";
import { DECODER_PEERS, installedDecoders, PEERS_FOLDER } from "./bench/decode/decoders.mts";
import { WAY_NAMES } from "./bench/decode/ways.mts";
import { HELP } from "./bench/help.mts";
import { NETWORK_NAMES } from "./bench/infer/networks.mts";
import { INFER_PEERS } from "./bench/infer/turn.mts";
import { compareBuilds } from "./bench/modes/builds.mts";
import { measureDecoding } from "./bench/modes/decodes.mts";
import { measureFits } from "./bench/modes/fits.mts";
import { installedInfer, measureInference } from "./bench/modes/infers.mts";
import { machineSpeed, measureAll, type Plan } from "./bench/modes/peers.mts";
import { profileAll } from "./bench/modes/profiles.mts";
import { verifyAll } from "./bench/modes/verify.mts";
import { type Peer, SHARED } from "./bench/peers.mts";
import { installedOf } from "./bench/python/installed.mts";
import { aboutOf } from "./bench/report/about.mts";
import { comparisonTable, isGood } from "./bench/report/comparison.mts";
import { decodeTable } from "./bench/report/decode-table.mts";
import { fitTable } from "./bench/report/fit-table.mts";
import { inferTable } from "./bench/report/infer-table.mts";
import { readmeTable, withTable } from "./bench/report/readme-table.mts";
import { isFailure } from "./bench/report/rows.mts";
import { tables } from "./bench/report/tables.mts";
import { INFERENCE, type Workloads, workloadsIn } from "./bench/workloads/workload.mts";

const FITTED = ["mnist_rnn", "series_rnn"]; // a step of usual length, and one that is short

const say = (line: string) => console.error(`bench: ${line}`);
const print = (line: string) => console.log(line);
const printJson = (row: object) => print(JSON.stringify(row));

async function main(args: readonly string[]): Promise<boolean> {
  const asked = argumentsOf(args);
  if (asked.mode === "help") {
    print(HELP);
    return true;
  }
  if (asked.table !== undefined) return writeTable(asked.table, asked.named ? asked.peers : undefined);
  if (asked.mode === "decode") return decoding(asked);
  if (asked.mode === "inference" && asked.folder !== undefined && !asked.isOnly) return inferring(asked, asked.folder);
  if (asked.mode === "inference") return measured(asked, planOf(asked, INFERENCE), undefined);
  const specs = workloads();
  if (specs === undefined) {
    print("bench: skipped, ../shared/peers/workloads.json is not there");
    return true;
  }
  const names = Object.keys(specs);
  const plan = planOf(asked, names, asked.mode === "fit" ? names.filter((name) => FITTED.includes(name)) : names);
  if (asked.mode === "profile") return profileAll({ ...plan, specs }, { print, say });
  if (asked.mode === "verify") return verifyAll({ ...plan, specs }, { print, say });
  return asked.mode === "fit" ? fits(asked, { ...plan, specs }) : measured(asked, plan, specs);
}

/** @param all the names there are @param usual those to take where none are asked for */
function planOf(asked: Asked, all: readonly string[], usual = all): Plan {
  const { folder, rounds, seconds, shards } = asked;
  const peers = installedOf(asked, { say });
  const workloads = chosen("--workloads", asked.workloads ?? usual, all);
  return { peers, folder, rounds, seconds, shards, workloads };
}

async function measured(asked: Asked, plan: Plan, specs: Workloads | undefined): Promise<boolean> {
  if (asked.against !== undefined) return compared(asked.against, asked, { ...plan, specs });
  const rows = await measureAll({ ...plan, specs }, { say, onRow: asked.json ? printJson : undefined });
  if (asked.json) printJson(aboutOf(plan.peers, plan.folder));
  else {
    const gflops = specs && (await machineSpeed({ say }));
    print(tables(rows, { ...plan, floor: specs && gflops ? { gflops, specs } : undefined }));
  }
  return !rows.some((row) => row.failed);
}

/** Puts a table of what --json printed into README. @param columns the peers to show. Default: README's columns */
function writeTable(file: string, columns: readonly Peer[] | undefined): boolean {
  const readme = join(ROOT, "README.md");
  const table = readmeTable(readFileSync(file, "utf8"), file, columns);
  writeFileSync(readme, withTable(readFileSync(readme, "utf8"), table));
  print(`wrote the table of ${file} into README.md`);
  return true;
}

async function compared(folder: string, { json }: Asked, plan: Plan): Promise<boolean> {
  const against = resolve(folder);
  if (!existsSync(join(against, "dist", "rnn", "index.js"))) {
    throw new Error(`--against: expected a clone of this project that was built, got ${folder}`);
  }
  const all = await compareBuilds({ ...plan, against }, { say, onDone: json ? printJson : undefined });
  if (!json) print(comparisonTable(all));
  return all.every(isGood);
}

/** What fit costs. Default: of mnist_rnn and series_rnn. */
async function fits({ json }: Asked, plan: Plan & { readonly specs: Workloads }): Promise<boolean> {
  const rows = await measureFits(plan, { say });
  const done = rows.filter((row) => row !== undefined);
  if (json) done.forEach(printJson);
  else if (done.length > 0) print(fitTable(done));
  return done.length === rows.length;
}

/** What decoding costs, beside the peers that are installed. */
async function decoding({ folder = PEERS_FOLDER, workloads, rounds, seconds, json }: Asked): Promise<boolean> {
  const peers = installedDecoders(folder);
  if (peers.length === 0) {
    print(
      `bench: skipped, none of ${DECODER_PEERS.join(", ")} is installed: npm run peers -- ${DECODER_PEERS.join(" ")}`,
    );
    return true;
  }
  const ways = chosen("--workloads", workloads ?? WAY_NAMES, WAY_NAMES);
  const all = await measureDecoding({ ways, peers, folder, rounds, seconds }, { say });
  if (json) all.forEach(printJson);
  else print(decodeTable(all));
  return !all.some(isFailure);
}

/** What small networks take for one example, beside the peers that are installed. */
async function inferring({ workloads, rounds, seconds, json }: Asked, folder: string): Promise<boolean> {
  const peers = installedInfer(folder);
  if (peers.length === 0) {
    print(
      `bench: skipped, none of ${INFER_PEERS.join(", ")} is in ${folder}: npm run peers -- ${INFER_PEERS.join(" ")}`,
    );
    return true;
  }
  const networks = chosen("--workloads", workloads ?? NETWORK_NAMES, NETWORK_NAMES);
  const all = await measureInference({ networks, peers, folder, rounds, seconds }, { say });
  if (json) all.forEach(printJson);
  else print(inferTable(all));
  return !all.some(isFailure);
}

/** The workloads by name, or undefined where there are none. */
function workloads(): Workloads | undefined {
  const path = join(SHARED, "workloads.json");
  return existsSync(path) ? workloadsIn(readFileSync(path, "utf8")) : undefined;
}

main(process.argv.slice(2)).then(
  (isGood) => {
    process.exitCode = isGood ? 0 : 1;
  },
  (error) => {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  },
);
