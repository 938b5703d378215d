import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { notebookCounts, unitCounts } from "../../scripts/checks/counts.mts";
import { consumer, entries } from "../../scripts/checks/declarations.mts";
import { CHECKS } from "../../scripts/checks/list.mts";
import { runChecks, sum } from "../../scripts/checks/run.mts";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { isAlive } from "../../scripts/setup/processes.mjs";
import { slowness } from "../pace";
import { buildFirst } from "./built";
import { temporaryFolder, write } from "./support";

buildFirst();

test("unit tests: a file that did not load counts as a failure", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{}] },
  ];
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults };
  expect(unitCounts(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("notebooks: not proven is not passed", () => {
  const report = { notebooks: { passed: 2, failed: 1, notProven: 3 } };
  expect(notebookCounts(report)).toEqual({ passed: 2, failed: 1, skipped: 3 });
});

test("no report, or another file in its place, is no count", () => {
  for (const report of [null, {}, { notebooks: {} }])
    expect([unitCounts(report), notebookCounts(report)]).toEqual([null, null]);
});

test("a check without tests counts as one; a crash counts as a failure, whatever an old or a green report says", async () => {
  const root = temporaryFolder();
  const report = join(root, "report.json");
  const green = `require("fs").writeFileSync(${JSON.stringify(report)}, '{"notebooks":{"passed":3,"failed":0,"notProven":0}}');`;
  write(root, {
    "good.cjs": "",
    "bad.cjs": "process.exit(3)",
    "not-here.cjs": "process.exit(77)",
    "green.cjs": green,
    "green-then-bad.cjs": `${green} process.exit(1)`,
  });
  const counted = { report, counts: notebookCounts };
  const checks = [
    { name: "good", args: ["good.cjs"] },
    { name: "bad", args: ["bad.cjs"] },
    { name: "absent", args: ["absent.cjs"] },
    { name: "not here", args: ["not-here.cjs"] },
    { name: "not here, yet it should report", args: ["not-here.cjs"], ...counted },
    { name: "green", args: ["green.cjs"], ...counted },
    { name: "green, then bad", args: ["green-then-bad.cjs"], ...counted },
    { name: "old report", args: ["good.cjs"], ...counted },
  ];
  vi.spyOn(console, "log").mockImplementation(() => {});
  const results = await runChecks(checks, root);
  vi.restoreAllMocks();
  expect(results.map(({ passed, failed }) => [passed, failed])).toEqual([
    [1, 0],
    [0, 1],
    [0, 1],
    [0, 0],
    [0, 1],
    [3, 0],
    [3, 1],
    [0, 1],
  ]);
  expect(sum(results)).toEqual({ passed: 7, failed: 5, skipped: 1 });
});

test("small checks run side by side; each one's output is shown whole, in their order", async () => {
  const root = temporaryFolder();
  // Both say that they are there and wait for the other: one after the other, they would never end.
  const waits = (own: string, other: string) => `const fs = require("fs"); console.log("${own} begins");
    fs.writeFileSync("${own}", ""); while (!fs.existsSync("${other}")); console.error("${own} ends");`;
  write(root, { "a.cjs": waits("a", "b"), "b.cjs": waits("b", "a"), "c.cjs": 'console.log("c")' });
  const written: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void written.push(`${line}\n`));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean(written.push(String(text))));
  const small = ["a", "b", "c"].map((name) => ({ name, args: [`${name}.cjs`], small: true }));
  const results = await runChecks(small, root, 2);
  vi.restoreAllMocks();
  expect(results.map(({ name, passed }) => [name, passed])).toEqual([
    ["a", 1],
    ["b", 1],
    ["c", 1],
  ]);
  const text = written.join("").replace(/\d+\.\d s/g, "0 s");
  const shown = (name: string) => `\n── ${name}\n${name} begins\n${name} ends\n✓ ${name} (0 s)\n`;
  expect(text).toBe(`${shown("a")}${shown("b")}\n── c\nc\n✓ c (0 s)\n`);
});

/** dist/scripts/golden.mjs → scripts/golden.mts */
const sourceOf = (script: string) => script.replace(/^dist\/(scripts\/.*)\.mjs$/, "$1.mts");

/** A check that is lost from the list would be missed by nobody: a new one is written here too. */
const QUICK = [
  "format and lint",
  "types",
  "declarations, read by the kernel's TypeScript",
  "notebooks' format, lint and rules",
  "notebooks' types, strictly",
  "notebooks' numbers in prose",
  "the notebooks' committed outputs",
  "TensorFlow 1.x's numbers, natively",
  "TensorFlow 1.x's numbers, in WebAssembly",
  "TensorFlow 1.x's numbers, in plain JavaScript",
  "a training killed five times ends where one left alone does",
  "unit tests",
  "notebooks, quick profile, but those that measure time",
];
const SLOW = [
  "slow unit tests",
  "notebooks that measure time, quick profile",
  "notebooks in JupyterLab, in a browser",
  "a training killed twenty times ends where one left alone does",
  "npm start serves with its token only, on this machine only",
  "an empty project installs the package and its native engine",
];

test("npm test makes the quick checks, npm run test:rest the slow ones; each script is there", () => {
  const names = (slow: boolean) => CHECKS.filter((check) => Boolean(check.slow) === slow).map(({ name }) => name);
  expect(names(false)).toEqual(QUICK);
  expect(names(true)).toEqual(SLOW);
  for (const [script = ""] of CHECKS.map(({ args }) => args)) {
    expect(existsSync(join(ROOT, sourceOf(script))), script).toBe(true);
  }
  const projects = CHECKS.flatMap(({ args }) => args.filter((_, i) => args[i - 1] === "--project"));
  expect(projects.sort()).toEqual(["alone", "quick", "slow"]);
});

test("every file of tests belongs to exactly one of vitest's projects", () => {
  const args = [join(ROOT, "node_modules/vitest/vitest.mjs"), "list", "--filesOnly", "--json"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect(stdout, stderr).toMatch(/^\[/);
  const listed: { file: string }[] = JSON.parse(stdout);
  const written = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  const files = written.filter((path) => /\.test\.\w+$/.test(path)).map((path) => join(ROOT, "test", path));
  expect(listed.map(({ file }) => resolve(file)).sort()).toEqual(files.sort());
});

// A step that starts a child in a group of its own, as a kernel is, writes both numbers, and ends at no signal.
const STUBBORN = `
const child = require("child_process").spawn("sleep", ["60"], { detached: true });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => require("fs").appendFileSync("heard", signal));
setInterval(() => {}, 1000);
require("fs").writeFileSync("pids.tmp", process.pid + " " + child.pid);
require("fs").renameSync("pids.tmp", "pids");`;

const PATIENCE = { timeout: 120_000 };

async function startedIn(root: string): Promise<number[]> {
  await vi.waitFor(() => expect(existsSync(join(root, "pids"))).toBe(true), PATIENCE);
  return readFileSync(join(root, "pids"), "utf8").split(" ").map(Number);
}

test("a step past its time limit is a failure that says so, and neither it nor what it started lives on", async () => {
  const root = temporaryFolder();
  write(root, { "stubborn.cjs": STUBBORN, "green.json": { notebooks: { passed: 3, failed: 0, notProven: 0 } } });
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const limit = 1_500 * slowness(); // enough to start
  const results = await runChecks([{ name: "endless", args: ["stubborn.cjs"], limit, grace: 200 }], root);
  const said = log.mock.calls.flat().join("\n");
  vi.restoreAllMocks();
  expect(results).toMatchObject([{ name: "endless", passed: 0, failed: 1, skipped: 0 }]);
  expect(said).toContain(`ended at its time limit of ${limit / 60_000} minutes: stubborn.cjs`);
  await vi.waitFor(async () => expect((await startedIn(root)).map(isAlive)).toEqual([false, false]), PATIENCE);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s to npm test goes on to its step, ends what that started, runs no further step and ends with the signal",
  async (signal) => {
    const root = temporaryFolder();
    const run = pathToFileURL(join(ROOT, "dist/scripts/checks/run.mjs")).href;
    write(root, {
      "stubborn.cjs": STUBBORN,
      "next.cjs": 'require("fs").writeFileSync("went-on", "")',
      "main.mjs": `import { runChecks } from "${run}";
        await runChecks([{ name: "one", args: ["stubborn.cjs"], grace: 200 }, { name: "two", args: ["next.cjs"] }], "${root}");
        console.log("counted");`,
    });
    const main = spawn(process.execPath, [join(root, "main.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void main.kill("SIGKILL"));
    let said = "";
    main.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    const ended = new Promise((resolve) => main.once("close", (_, by) => resolve(by)));
    const pids = await startedIn(root);
    main.kill(signal);
    expect(await ended).toBe(signal);
    expect(readFileSync(join(root, "heard"), "utf8")).toBe(signal);
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), PATIENCE);
    expect(existsSync(join(root, "went-on"))).toBe(false);
    expect(said).toContain(`interrupted (${signal})`);
    expect(said).not.toContain("counted");
  },
);

test("the declarations' check imports every entry of the package by its name", () => {
  expect(entries(ROOT)).toEqual(expect.arrayContaining(["unroll", "unroll/rnn", "unroll/data", "unroll/tf"]));
  expect(consumer(["unroll", "unroll/rnn"])).toMatch(/entry1 from "unroll\/rnn"/);
});
