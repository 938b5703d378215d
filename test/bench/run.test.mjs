// The command itself, and its children.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureAll, verifyAll } from "../../scripts/bench/measurements.mjs";
import { SHARED } from "../../scripts/bench/peers.mjs";
import { cleanEnvironment, runChild } from "../../scripts/bench/run-child.mjs";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { canCompile } from "../../src/compile";
import { temporaryFolder } from "../scripts/support.mjs";

const node = (script) => [process.execPath, "-e", script];
const bench = (args, root = ROOT) =>
  spawnSync(process.execPath, [join(root, "scripts/bench.mjs"), ...args], { encoding: "utf8" });

const shared = existsSync(join(SHARED, "workloads.json"));
const reason = !shared ? "../shared/peers is not there" : !canCompile() ? "needs the native engine" : undefined;
if (reason) console.log(`npm run bench is not tried: ${reason}`);

test.skipIf(reason)("--json prints a line for each peer and workload, and nothing else", () => {
  const args = ["--workloads", "series_rnn", "--only-peers", "unroll", "--seconds", "0.05", "--json"];
  const { stdout, stderr, status } = bench(args);
  expect(status, stderr).toBe(0);
  const [line, ...rest] = stdout.trimEnd().split("\n");
  expect(rest).toEqual([]);
  const row = JSON.parse(line);
  expect(row).toMatchObject({ peer: "unroll", workload: "series_rnn" });
  for (const key of ["median_ms", "min_ms", "first_step_ms", "rss_mb"]) expect(row[key], key).toBeGreaterThan(0);
});

test("without ../shared one line says that it is skipped", () => {
  const clone = join(temporaryFolder(), "clone");
  mkdirSync(clone);
  cpSync(join(ROOT, "scripts"), join(clone, "scripts"), { recursive: true });
  const { stdout, stderr, status } = bench([], clone);
  expect([stdout, stderr, status]).toEqual(["bench: skipped, ../shared/peers/workloads.json is not there\n", "", 0]);
});

test("a wrong flag ends with 2 and one line; --help with 0", () => {
  expect(bench(["--fast"])).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^bench: .*\n$/) });
  expect(bench(["--help"])).toMatchObject({ status: 0, stderr: "" });
});

test("a child gets no setting of the caller's: paths only", () => {
  const env = { PATH: "/bin", HOME: "/root", TF_NUM_INTRAOP_THREADS: "1", OMP_NUM_THREADS: "1", UNROLL_ENGINE: "cpu" };
  expect(cleanEnvironment(env)).toEqual({ PATH: "/bin", HOME: "/root" });
});

test("a child's last line is its result; its peak memory is added where it does not tell", async () => {
  const quick = await runChild(node('console.log("hello"); console.log(JSON.stringify({ a: 1, rss_mb: 7 }))'));
  expect(quick).toEqual({ rss_mb: 7, a: 1 });
  const script = 'Buffer.alloc(2e8, 1); setTimeout(() => console.log("{}"), 800)';
  const { rss_mb } = await runChild(node(script));
  if (process.platform === "linux") expect(rss_mb).toBeGreaterThan(200);
});

test.each([
  ['console.error("first"); console.error("why"); process.exit(3)', "why"],
  ["process.exit(3)", "ended with 3"],
  ['process.kill(process.pid, "SIGKILL")', "ended with SIGKILL"],
  ['console.log("no JSON")', "expected a JSON line, got no JSON"],
  ["setTimeout(() => {}, 60_000)", "took longer than 0.5 s"],
])("a child that fails says why: %s", async (script, message) => {
  await expect(runChild(node(script), { limit: 500 })).rejects.toThrow(message);
});

test("workloads and peers take turns, round by round; a failure is a row of its own, the others go on", async () => {
  const [order, lines] = [[], []];
  const times = { a: [1, 3], b: [10, 30] };
  const run = async ([, , task, given]) => {
    const { name } = JSON.parse(given);
    order.push(`${name} ${task}`);
    if (task === "unroll-eager") throw new Error("out of paper");
    return { median_ms: times[name].shift(), min_ms: 1, first_step_ms: 1, rss_mb: 1, steps: 1 };
  };
  const specs = { a: {}, b: {} };
  const plan = { mode: "train", peers: ["unroll", "unroll-eager"], workloads: ["a", "b"], specs, rounds: 2 };
  const onRow = ({ peer, workload }) => order.push(`row ${workload} ${peer}`);
  const rows = await measureAll(plan, { run, say: (line) => lines.push(line), onRow });
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
  const printed = [];
  const verify = (run) =>
    verifyAll({ workloads: ["a"], specs: { a: {} } }, { run, print: (line) => printed.push(line), say: () => {} });
  expect(await verify(async () => ({ difference: 1e-6 }))).toBe(true);
  expect(await verify(async () => ({ difference: 2e-4 }))).toBe(false);
  expect(await verify(async () => ({ difference: null }))).toBe(false);
  expect(await verify(() => Promise.reject(new Error("x")))).toBe(false);
  expect(printed.map((line) => line.slice(0, 6))).toEqual(["ok   a", "FAIL a", "FAIL a", "FAIL a"]);
});

test("a Python peer that ends after its 400 steps before the time is over is run again", async () => {
  const steps = { torch: [400, 400, 400], jax: [130] };
  const run = async ([, , peer]) => ({ median_ms: 2, min_ms: 1, steps: steps[peer].pop() });
  const plan = { mode: "train", peers: ["torch", "jax"], workloads: ["a"], folder: "", rounds: 1, seconds: 2 };
  const rows = await measureAll(plan, { run, say: () => {} });
  expect(rows.map(({ peer, steps }) => [peer, steps])).toEqual([
    ["torch", 1200],
    ["jax", 130],
  ]);
});
