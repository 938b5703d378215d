import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { isAlive } from "../../scripts/setup/processes.mjs";
import { slowness } from "../pace";
import { temporaryFolder, temporaryFolderOfFile } from "../temporary-folder";
import { buildFirst } from "./built";

buildFirst();

/** What a run of test/notebooks/<name>.ipynb must come to: its status, and the kinds of the reasons with their text. */
const EXPECTED: Record<string, { status: string; reasons: [kind: string, message: string][]; claims?: number }> = {
  green: { status: "passed", reasons: [], claims: 2 },
  "green-shorthand": { status: "passed", reasons: [], claims: 2 },
  "red-throw": { status: "failed", reasons: [["cell", "thrown in a cell"]] },
  "red-late-throw": { status: "failed", reasons: [["unhandled", "thrown after the last cell"]], claims: 1 },
  "red-rejection": { status: "failed", reasons: [["unhandled", "nobody awaits this"]], claims: 1 },
  "red-threshold": { status: "failed", reasons: [["claim", "low is 0.5, at least 0.9"]], claims: 2 },
  "red-nan": { status: "failed", reasons: [["claim", "lost is NaN, below 1"]], claims: 1 },
  "red-no-claim": { status: "failed", reasons: [["no-claims", "it made no claim"]] },
  "red-few-claims": { status: "failed", reasons: [["few-claims", "it made 1 of the 2 claims"]], claims: 1 },
  "red-undeclared": { status: "failed", reasons: [["undeclared", "metadata.unroll.claims"]], claims: 1 },
  "red-time-limit": { status: "failed", reasons: [["time-limit", "stopped at its time limit in cell 3"]] },
  "red-too-much-output": { status: "failed", reasons: [["too-much-output", "20000"]], claims: 1 },
  "red-type-error": { status: "failed", reasons: [["cell", "Type 'number' is not assignable to type 'string'"]] },
  "red-kernel-dies": { status: "failed", reasons: [["kernel-died", "in or after cell 2"]] },
  "red-kernel-dies-late": { status: "failed", reasons: [["kernel-died", "in or after cell 2"]], claims: 1 },
  "stand-in-claim": { status: "not proven", reasons: [], claims: 2 },
  "stand-in-line": { status: "not proven", reasons: [], claims: 1 },
};

interface Result {
  name: string;
  status: string;
  reasons: { kind: string; message: string }[];
  claims: { verdict: string }[];
}

const report = temporaryFolderOfFile();
const runner = (...args: string[]) => ["dist/scripts/run-notebooks.mjs", "--no-setup", "--report", report, ...args];
let [code, output]: [number | null, string] = [null, ""];
let found: { notebooks: object; claims: object; results: Result[] };

beforeAll(async () => {
  const child = spawn(process.execPath, runner("--jobs", "5", "test/notebooks"), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  code = await new Promise((done) => child.once("close", done));
  found = JSON.parse(readFileSync(join(report, "notebooks.json"), "utf8"));
});

test("the run covers every notebook of test/notebooks and ends red", () => {
  expect(found.results.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
  expect(code).toBe(1);
});

test.each(Object.entries(EXPECTED))("%s.ipynb", (name, { status, reasons, claims = 0 }) => {
  const result = found.results.find((each) => each.name === name);
  expect(result?.status).toBe(status);
  expect(result?.reasons).toEqual(reasons.map(([kind, text]) => ({ kind, message: expect.stringContaining(text) })));
  expect(result?.claims).toHaveLength(claims);
});

test("what is not proven is counted apart, in the report and in the closing lines", () => {
  expect(found.notebooks).toEqual({ passed: 2, failed: 13, notProven: 2 });
  expect(found.claims).toEqual({ passed: 11, failed: 2, notProven: 3 });
  expect(output).toMatch(/notebooks: 2 passed, 13 failed, 2 not proven/);
});

test("a notebook past its time limit leaves no process behind, not even a child that left its group", () => {
  const executed = readFileSync(join(report, "notebooks", "red-time-limit.ipynb"), "utf8");
  const pid = Number(/child (\d+)/.exec(executed)?.[1]);
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false); // a container without an init may keep the entry of what has ended
});

test("of what was printed without end, the executed copy holds as much as is looked at, and not all of it", () => {
  const executed = readFileSync(join(report, "notebooks", "red-too-much-output.ipynb"), "utf8");
  expect(executed.length).toBeGreaterThan(900_000);
  expect(executed.length).toBeLessThan(1_200_000);
});

test("the reports are whole: JUnit's counts, and a page with the live figure that asks no other host", () => {
  const junit = readFileSync(join(report, "junit.xml"), "utf8");
  expect(junit.match(/<testsuite /g)).toHaveLength(17);
  expect(junit).toContain('<testsuite name="red-threshold" tests="3" failures="1" skipped="0"');
  expect(junit).toContain('<testsuite name="stand-in-claim" tests="3" failures="0" skipped="2"');
  const page = readFileSync(join(report, "index.html"), "utf8");
  expect(page).toContain('"name":"train"');
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(readFileSync(join(report, "plotly.js")).length).toBeGreaterThan(1_000_000);
});

test("an unknown name is an error that names what there is", () => {
  const { status, stderr } = spawnSync(process.execPath, runner("no-such-notebook"), { encoding: "utf8" });
  expect(stderr).toMatch(/no notebook is called "no-such-notebook"; there are: .*01-recurrent-neurons/);
  expect(status).toBe(2);
});

/** The processes whose environment holds a text; only Linux tells. */
function processesWith(text: string): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, "utf8").includes(text);
    } catch {
      return false; // it has ended, or is not ours
    }
  });
}

test.runIf(process.platform === "linux")(
  "an interrupted run ends at once and leaves no kernel, whenever it comes",
  async () => {
    const runs = [0, 1_000, 2_500].map(async (after) => {
      const mark = `UNROLL_TEST=interrupt-${process.pid}-${after}`;
      const env = { ...process.env, UNROLL_TEST: mark.slice("UNROLL_TEST=".length) };
      const own = temporaryFolder();
      const args = [
        "dist/scripts/run-notebooks.mjs",
        "--no-setup",
        "--report",
        own,
        "test/notebooks/red-time-limit.ipynb",
      ];
      const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
      const ended = new Promise((done) => child.once("close", done));
      await new Promise((begun) => child.stdout.once("data", begun));
      await new Promise((resolve) => setTimeout(resolve, after));
      const atOnce = 5_000 * slowness();
      const began = performance.now();
      child.kill("SIGINT");
      expect(await ended).toBe(130);
      expect(performance.now() - began).toBeLessThan(atOnce);
      expect(processesWith(mark)).toEqual([]);
    });
    await Promise.all(runs);
  },
);

test.runIf(process.platform === "linux")(
  "interrupted while it draws what it would write, a run ends the browser and writes no notebook",
  async () => {
    const own = temporaryFolder();
    const notebooks = resolve(".cache", "test", `writing-${process.pid}`); // inside the project: it imports "unroll"
    onTestFinished(() => rmSync(notebooks, { recursive: true, force: true }));
    mkdirSync(notebooks, { recursive: true });
    copyFileSync("test/notebooks/green.ipynb", join(notebooks, "green.ipynb"));
    writeFileSync(join(own, "chromium"), '#!/bin/sh\n[ "$1" = --version ] || { touch "$0.begun"; exec sleep 60; }\n');
    chmodSync(join(own, "chromium"), 0o755);
    const mark = `writing-${process.pid}`;
    const env = { ...process.env, PATH: `${own}:${process.env.PATH}`, TMPDIR: own, UNROLL_TEST: mark };
    const args = [
      "dist/scripts/run-notebooks.mjs",
      "--no-setup",
      "--write",
      "--report",
      join(own, "report"),
      notebooks,
    ];
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    const ended = new Promise((done) => child.once("close", done));
    await vi.waitFor(() => expect(existsSync(join(own, "chromium.begun"))).toBe(true), { timeout: 240_000 });
    child.kill("SIGINT");
    expect([await ended, said]).toEqual([130, "notebooks: interrupted, no notebook was written\n"]);
    expect(readFileSync(join(notebooks, "green.ipynb"))).toEqual(readFileSync("test/notebooks/green.ipynb"));
    expect(processesWith(`UNROLL_TEST=${mark}`)).toEqual([]);
    expect(readdirSync(own).filter((name) => name.startsWith("unroll-"))).toEqual([]);
  },
);
