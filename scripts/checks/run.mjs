/** Runs checks: small ones side by side, each other one alone; every check with its heading, its output and its time. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { readJson } from "../setup/files.mjs";
import { LIMIT } from "./list.mjs";
import { SKIPPED, startStep } from "./step.mjs";

/** @typedef {import("./list.mjs").Check} Check */
/** @typedef {import("./counts.mjs").Counts} Counts */
/** @typedef {Counts & { name: string, seconds: number }} Result */

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * A signal to us goes on to the checks at work, with all they started; we end by that signal then.
 *
 * @param {readonly Check[]} checks @param {string} root the project's folder @param {number} [jobs] small checks at a time
 * @returns {Promise<Result[]>} in the order of `checks`
 */
export async function runChecks(checks, root, jobs = availableParallelism()) {
  const running = new Set();
  /** @type {NodeJS.Signals | undefined} */
  let interrupted;
  const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    interrupted ??= signal;
    for (const step of running) step.stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const run = async (/** @type {Check} */ check, /** @type {number | undefined} */ log) => {
    const began = performance.now();
    const counts = await runCheck(check, root, log, async (step) => {
      running.add(step);
      const end = await step.ended;
      running.delete(step);
      return end;
    });
    return { name: check.name, seconds: (performance.now() - began) / 1000, ...counts };
  };
  const isInterrupted = () => interrupted !== undefined;
  /** @type {Result[]} */
  const results = [];
  for (const group of groupsOf(checks)) {
    if (isInterrupted()) break;
    results.push(
      ...(await runGroup(group, run, Math.min(jobs, group.length), join(root, ".cache/test"), isInterrupted)),
    );
  }
  for (const signal of SIGNALS) process.off(signal, onSignal);
  if (interrupted) {
    console.log(`✗ interrupted (${interrupted})`);
    process.kill(process.pid, interrupted); // nobody listens any more: it ends us as it would have
  }
  return results;
}

/** Neighbours that are small, together; every other check by itself. @param {readonly Check[]} checks */
function groupsOf(checks) {
  /** @type {Check[][]} */
  const groups = [];
  for (const check of checks) {
    const last = groups.at(-1);
    if (check.small && last?.[0]?.small) last.push(check);
    else groups.push([check]);
  }
  return groups;
}

/**
 * One check prints as it goes. Of several, each writes into a file of its own, which is printed whole, and in their order.
 *
 * @param {Check[]} group @param {(check: Check, log?: number) => Promise<Result>} run @param {number} jobs
 * @param {string} folder for the files @param {() => boolean} isInterrupted
 */
async function runGroup(group, run, jobs, folder, isInterrupted) {
  const [only] = group;
  if (group.length === 1 && only) {
    tellStart(only);
    const result = await run(only);
    if (!isInterrupted()) tellEnd(result);
    return [result];
  }
  mkdirSync(folder, { recursive: true });
  const fileOf = (/** @type {number} */ index) => join(folder, `check-${index}.log`);
  /** @type {Result[]} */
  const results = [];
  let shown = 0;
  const waiting = group.entries();
  const work = async () => {
    for (const [index, check] of waiting) {
      if (isInterrupted()) return;
      const log = openSync(fileOf(index), "w");
      results[index] = await run(check, log);
      closeSync(log);
      for (
        let next = group[shown], result = results[shown];
        next && result;
        next = group[shown], result = results[shown]
      ) {
        tellStart(next);
        process.stdout.write(readFileSync(fileOf(shown++)));
        tellEnd(result);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results.filter(Boolean);
}

/** @param {Check} check */
const tellStart = ({ name }) => console.log(`\n── ${name}`);

/** @param {Result} result */
function tellEnd({ name, seconds, failed, passed }) {
  console.log(`${failed > 0 ? "✗" : passed > 0 ? "✓" : "–"} ${name} (${seconds.toFixed(1)} s)`);
}

/**
 * @param {Check} check @param {string} root @param {number | undefined} log where its output goes: ours, if nowhere else
 * @param {(step: ReturnType<typeof startStep>) => Promise<{ code: number, timedOut: boolean }>} follow
 * @returns {Promise<Counts>}
 */
async function runCheck({ args, env = {}, report, counts, limit = LIMIT, grace }, root, log, follow) {
  if (report) {
    rmSync(report, { force: true }); // an old report must not speak for a run that crashed
    mkdirSync(dirname(report), { recursive: true });
  }
  const one = (/** @type {keyof Counts} */ what) => ({ passed: 0, failed: 0, skipped: 0, [what]: 1 });
  const say = (/** @type {string} */ line) => (log === undefined ? console.log(line) : writeSync(log, `${line}\n`));
  if (!existsSync(join(root, args[0] ?? ""))) {
    say(`${args[0]} is not there`);
    return one("failed");
  }
  const { code, timedOut } = await follow(
    startStep(args, { cwd: root, env: { ...process.env, ...env }, limit, grace, log }),
  );
  if (timedOut) say(`ended at its time limit of ${limit / 60_000} minutes: ${args.join(" ")}`);
  const ended = timedOut ? 1 : code;
  if (!report || !counts) return one(ended === SKIPPED ? "skipped" : ended === 0 ? "passed" : "failed");
  const found = counts(readJson(report));
  if (found === null) return one("failed");
  // A run that ended badly has failed, even when each of its tests passed.
  return { ...found, failed: ended !== 0 && found.failed === 0 ? 1 : found.failed };
}

/** @param {readonly Counts[]} counts @returns {Counts} */
export function sum(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}
