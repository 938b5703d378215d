/** Runs checks: small ones side by side, each other one alone; every check with its heading, its output and its time. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { readJson } from "#setup/files.mjs";
import type { Counts } from "./counts.mts";
import { type Check, LIMIT } from "./list.mts";
import { SKIPPED, type Step, type StepEnd, startStep } from "./step.mts";

/** What came of one check. */
export interface Result extends Counts {
  readonly name: string;
  readonly seconds: number;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs checks. A signal to us goes on to the checks at work and to all that they have started; then that signal ends us.
 *
 * @param root the project's folder
 * @param jobs small checks at a time
 * @returns the results, in the order of `checks`
 */
export async function runChecks(
  checks: readonly Check[],
  root: string,
  jobs = availableParallelism(),
): Promise<Result[]> {
  const running = new Set<Step>();
  let interrupted: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    interrupted ??= signal;
    for (const step of running) step.stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const run: RunOne = async (check, log) => {
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
  const results: Result[] = [];
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

/** Runs one check. @param log an open file for its output; it prints where we print when there is none */
type RunOne = (check: Check, log?: number) => Promise<Result>;

/** Groups small checks that follow one another; every other check is a group by itself. */
function groupsOf(checks: readonly Check[]): Check[][] {
  const groups: Check[][] = [];
  for (const check of checks) {
    const last = groups.at(-1);
    if (check.small && last?.[0]?.small) last.push(check);
    else groups.push([check]);
  }
  return groups;
}

/**
 * Runs a group. A single check prints as it runs. Of several, each writes into a file of its own; each file is printed
 * whole, in the order of the group.
 *
 * @param folder for the files
 */
async function runGroup(
  group: readonly Check[],
  run: RunOne,
  jobs: number,
  folder: string,
  isInterrupted: () => boolean,
): Promise<Result[]> {
  const [only] = group;
  if (group.length === 1 && only) {
    tellStart(only);
    const result = await run(only);
    if (!isInterrupted()) tellEnd(result);
    return [result];
  }
  mkdirSync(folder, { recursive: true });
  const fileOf = (index: number) => join(folder, `check-${index}.log`);
  const results: Result[] = [];
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

const tellStart = ({ name }: Check): void => console.log(`\n── ${name}`);

function tellEnd({ name, seconds, failed, passed }: Result): void {
  console.log(`${failed > 0 ? "✗" : passed > 0 ? "✓" : "–"} ${name} (${seconds.toFixed(1)} s)`);
}

/** @param follow waits for the step, and stops it at a signal */
async function runCheck(
  { args, env = {}, report, counts, limit = LIMIT, grace }: Check,
  root: string,
  log: number | undefined,
  follow: (step: Step) => Promise<StepEnd>,
): Promise<Counts> {
  if (report) {
    rmSync(report, { force: true }); // an old report must not speak for a run that crashed
    mkdirSync(dirname(report), { recursive: true });
  }
  const one = (what: keyof Counts): Counts => ({ passed: 0, failed: 0, skipped: 0, [what]: 1 });
  const say = (line: string) => (log === undefined ? console.log(line) : writeSync(log, `${line}\n`));
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

export function sum(counts: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}
