// The command itself, and its children.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SHARED } from "../../scripts/bench/peers.mts";
import { cleanEnvironment, runChild } from "../../scripts/bench/run-child.mts";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { canCompile } from "../../src/compile";
import { slowness } from "../pace";
import { buildFirst } from "../scripts/built";
import { temporaryFolder } from "../scripts/support";

buildFirst();

const node = (script: string) => [process.execPath, "-e", script];
const bench = (args: string[], root = ROOT) =>
  spawnSync(process.execPath, [join(root, "dist/scripts/bench.mjs"), ...args], { encoding: "utf8" });

const shared = existsSync(join(SHARED, "workloads.json"));
const reason = !shared ? "../shared/peers is not there" : !canCompile() ? "needs the native engine" : undefined;
if (reason) console.log(`npm run bench is not tried: ${reason}`);

test.skipIf(reason)("--json prints a line for each peer and workload, one of the machine, and nothing else", () => {
  const args = ["--workloads", "series_rnn", "--only-peers", "unroll", "--seconds", "0.05", "--json"];
  const { stdout, stderr, status } = bench(args);
  expect(status, stderr).toBe(0);
  const [line = "", about = "", ...rest] = stdout.trimEnd().split("\n");
  expect(rest).toEqual([]);
  expect(JSON.parse(about).versions).toMatchObject({ node: process.versions.node });
  const row = JSON.parse(line);
  expect(row).toMatchObject({ peer: "unroll", workload: "series_rnn" });
  for (const key of ["median_ms", "min_ms", "first_step_ms", "rss_mb"]) expect(row[key], key).toBeGreaterThan(0);
});

test("without ../shared one line says that it is skipped", () => {
  const clone = join(temporaryFolder(), "clone");
  mkdirSync(clone);
  for (const part of ["package.json", "dist", "scripts/setup"]) {
    cpSync(join(ROOT, part), join(clone, part), { recursive: true });
  }
  const { stdout, stderr, status } = bench([], clone);
  expect([stdout, stderr, status]).toEqual(["bench: skipped, ../shared/peers/workloads.json is not there\n", "", 0]);
});

test("a wrong flag ends with 2 and one line; --help with 0", () => {
  expect(bench(["--fast"])).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^bench: .*\n$/) });
  expect(bench(["--help"])).toMatchObject({ status: 0, stderr: "" });
});

test("--against a folder without a build ends with 2 and one line", () => {
  expect(bench(["--against", temporaryFolder(), "--inference"])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^bench: --against: expected a clone of this project that was built, got .*\n$/),
  });
});

test("a child gets no setting of the caller's: paths only", () => {
  const env = { PATH: "/bin", HOME: "/root", TF_NUM_INTRAOP_THREADS: "1", OMP_NUM_THREADS: "1", UNROLL_ENGINE: "cpu" };
  expect(cleanEnvironment(env)).toEqual({ PATH: "/bin", HOME: "/root" });
});

test("a child's last line is its result; its peak memory is added where it does not tell", async () => {
  const quick = await runChild(node('console.log("hello"); console.log(JSON.stringify({ a: 1, rss_mb: 7 }))'));
  expect(quick).toEqual({ rss_mb: 7, a: 1 });
  const held = 800 * slowness(); // it is looked at four times a second
  const script = `Buffer.alloc(2e8, 1); setTimeout(() => console.log("{}"), ${held})`;
  const { rss_mb } = await runChild<{ rss_mb: number }>(node(script));
  if (process.platform === "linux") expect(rss_mb).toBeGreaterThan(200);
});

test.each([
  ['console.error("first"); console.error("why"); process.exit(3)', "why"],
  ["process.exit(3)", "ended with 3"],
  ['process.kill(process.pid, "SIGKILL")', "ended with SIGKILL"],
  ['console.log("no JSON")', "expected a JSON line, got no JSON"],
])("a child that fails says why: %s", async (script, message) => {
  await expect(runChild(node(script))).rejects.toThrow(message);
});

test("a child that runs past its limit is ended, and the error names the limit", async () => {
  await expect(runChild(node("setTimeout(() => {}, 60_000)"), { limit: 500 })).rejects.toThrow(
    "took longer than 0.5 s",
  );
});
