// What each mode measures, in which order, and what it makes of failures; the children are made up.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureFits } from "../../scripts/bench/modes/fits.mts";
import { measureAll, type Plan } from "../../scripts/bench/modes/peers.mts";
import { profileAll } from "../../scripts/bench/modes/profiles.mts";
import { verifyAll } from "../../scripts/bench/modes/verify.mts";
import type { Measured } from "../../scripts/bench/report/rows.mts";
import type { Run } from "../../scripts/bench/run-child.mts";
import type { Difference } from "../../scripts/bench/workloads/difference.mts";
import type { Profiled } from "../../scripts/bench/workloads/profiled.mts";
import type { Workload } from "../../scripts/bench/workloads/workload.mts";

const SPEC: Workload = {
  ...{ cell: "rnn", activation: "tanh", layers: 1, batch: 1, timeSteps: 1, inputs: 1, units: 1, outputs: 1 },
  ...{ head: "last", loss: "mse" },
};
const PLAN: Plan = { peers: ["unroll"], workloads: ["a"], specs: { a: SPEC, b: SPEC }, rounds: 1, seconds: 2 };
const silent = () => undefined;

test("workloads and peers take turns, round by round; a failure is a row of its own, the others go on", async () => {
  const order: string[] = [];
  const lines: string[] = [];
  const times = new Map([
    ["a", [1, 3]],
    ["b", [10, 30]],
  ]);
  const run: Run<Measured> = async ([, , task, given = ""]) => {
    const { name } = JSON.parse(given);
    order.push(`${name} ${task}`);
    if (task === "unroll-eager") throw new Error("out of paper");
    const median_ms = times.get(name)?.shift() ?? Number.NaN;
    return { median_ms, min_ms: 1, first_step_ms: 1, rss_mb: 1, steps: 1 };
  };
  const plan: Plan = { ...PLAN, peers: ["unroll", "unroll-eager"], workloads: ["a", "b"], rounds: 2 };
  const rows = await measureAll(plan, {
    run,
    say: (line) => lines.push(line),
    onRow: ({ peer, workload }) => order.push(`row ${workload} ${peer}`),
  });
  const round = ["a unroll", "a unroll-eager", "b unroll", "b unroll-eager"];
  expect(order).toEqual([...round, ...round.flatMap((each) => [each, `row ${each}`])]);
  expect(rows.map(({ workload, peer, failed, median_ms }) => [workload, peer, failed, median_ms])).toEqual([
    ["a", "unroll", undefined, 2],
    ["a", "unroll-eager", true, null],
    ["b", "unroll", undefined, 20],
    ["b", "unroll-eager", true, null],
  ]);
  expect(lines).toContain("a unroll-eager failed: out of paper");
});

test("--verify: a difference over 1e-4, NaN or a failure is red", async () => {
  const printed: string[] = [];
  const verify = (run: Run<Difference>) =>
    verifyAll({ workloads: ["a"], specs: { a: SPEC } }, { run, print: (line) => printed.push(line), say: silent });
  const found = (difference: number | null) => async () => ({ seed: 7, drift: 1e-6, difference });
  expect(await verify(found(1e-6))).toBe(true);
  expect(await verify(found(2e-4))).toBe(false);
  expect(await verify(found(null))).toBe(false);
  expect(await verify(() => Promise.reject(new Error("x")))).toBe(false);
  expect(printed.map((line) => line.slice(0, 6))).toEqual(["ok   a", "FAIL a", "FAIL a", "FAIL a"]);
});

test("--fit: a row is the medians of its processes; a workload that fails has none", async () => {
  const figures = { guarded_ms: 1, rows_ms: 1, rowsGuarded_ms: 1, fit_ms: 1, guard: 1, rows: 1, rowsGuard: 1, fit: 1 };
  const times = [1, 3, 2];
  const run = async () => {
    const bare_ms = times.pop();
    if (bare_ms === undefined) throw new Error("out of paper");
    return { ...figures, bare_ms, steps: 12, drawn: 100 };
  };
  const plan = { workloads: ["a", "b"], specs: { a: SPEC, b: SPEC }, rounds: 3, seconds: 1 };
  const rows = await measureFits(plan, { run, say: silent });
  expect(rows.map((row) => row?.bare_ms)).toEqual([2, undefined]);
});

test("--profile prints the table of each workload and says where its trace is; a failure is told", async () => {
  const printed: string[] = [];
  const said: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "unroll-profiles-"));
  const run: Run<Profiled> = async ([, , task, given = ""]) => {
    const { name, trace } = JSON.parse(given);
    if (name === "b") throw new Error("out of paper");
    return { table: `${task} ${trace}` };
  };
  const plan = { workloads: ["a", "b"], specs: { a: SPEC, b: SPEC } };
  const good = await profileAll(plan, {
    run,
    folder,
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
  });
  expect(good).toBe(false);
  expect(printed).toHaveLength(1);
  expect(printed[0]).toContain(`profile ${join(folder, "a.json")}`);
  expect(said).toEqual(["b failed: out of paper"]);
  rmSync(folder, { recursive: true });
});
