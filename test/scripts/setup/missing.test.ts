// Each thing that can be missing gets one line: what is missing, and what to do.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileAddon, findCompiler, findHeaders } from "../../../scripts/setup/engine/compile.mjs";
import { needSpace, writeWhole } from "../../../scripts/setup/files.mjs";
import { nodeProblem } from "../../../scripts/setup/node-version.mjs";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { findPython, needVenv, pipProblem } from "../../../scripts/setup/python.mjs";
import { contextIn, python, temporaryFolder, write } from "../support";

test("old Node: the version found, the version needed", () => {
  expect(nodeProblem("v18.20.4")).toBe(
    "Node 20 or newer is needed, this is v18.20.4: install a current Node (nodejs.org, nvm or your system's packages)",
  );
  expect(["v20.0.0", "v22.1.0", "v24.1.0"].map(nodeProblem)).toEqual([null, null, null]);
});

test("what old Node has to read imports nothing but the version check before that check", () => {
  const importsOf = (script: string) => readFileSync(join(ROOT, "scripts", script), "utf8").match(/^import .*$/gm);
  for (const script of ["cli.mjs", "test.mjs"]) {
    expect(importsOf(script)).toEqual(['import { nodeProblem } from "./setup/node-version.mjs";']);
  }
  for (const script of ["start.mjs", "tensorboard.mjs"]) {
    expect(importsOf(script)).toEqual(['import { afterSetup } from "./setup/before.mjs";']);
  }
  expect(importsOf("setup/before.mjs")).toEqual(['import { nodeProblem } from "./node-version.mjs";']);
  expect(readFileSync(join(ROOT, "scripts/setup/node-version.mjs"), "utf8")).not.toMatch(/^import|\?\?=|node:/m);
});

test("no Python", async () => {
  await expect(findPython(contextIn(temporaryFolder()))).rejects.toThrow(
    /^Python 3.10 or newer is missing: install it \(Debian\/Ubuntu: apt install python3 python3-venv;/,
  );
});

test("a Python that is too old is named, and a newer one under the other name is taken", async () => {
  const old = { python3: python({ version: "3 9" }) };
  await expect(findPython(contextIn(temporaryFolder(), old))).rejects.toThrow(/missing \(python3 is 3.9\): install/);
  const both = contextIn(temporaryFolder(), { ...old, python: python({ version: "3 13" }) });
  expect((await findPython(both)).command).toBe("python");
});

test("Python without venv", async () => {
  const ctx = contextIn(temporaryFolder(), { python3: python({ venv: false }) });
  await expect(needVenv(ctx, await findPython(ctx))).rejects.toThrow(
    /^Python's venv module is missing: install it \(Debian\/Ubuntu: apt install python3-venv\)$/,
  );
});

test("no compiler", async () => {
  await expect(findCompiler(contextIn(temporaryFolder()))).rejects.toThrow(
    /^a C\+\+ compiler is missing: .*apt install g\+\+/,
  );
});

test("CXX comes first, with its flags; one that does not start is passed over", async () => {
  const commands = { ccache: "exit 0", "clang++": "exit 0" };
  const cached = contextIn(temporaryFolder(), commands, { env: { CXX: "ccache g++ -m64" } });
  expect(await findCompiler(cached)).toEqual({ program: "ccache", args: ["g++", "-m64"] });
  const wrong = contextIn(temporaryFolder(), commands, { env: { CXX: "nothing" } });
  expect((await findCompiler(wrong)).program).toBe("clang++");
});

test("a compiler that fails: its first error in the line, the rest in a log", async () => {
  const folder = temporaryFolder();
  const ctx = contextIn(
    folder,
    { "g++": 'echo "x.cc:1: error: no such header" >&2; echo "1 error generated" >&2; exit 1' },
    { root: ROOT, logs: join(folder, "logs") },
  );
  await expect(compileAddon(ctx, folder, { program: "g++", args: [] })).rejects.toThrow(
    /^g\+\+ could not compile the native addon \(x\.cc:1: error: no such header\): see .*compile\.log$/,
  );
  expect(readFileSync(join(folder, "logs", "compile.log"), "utf8")).toContain("1 error generated");
});

test("Node's headers come from its own installation, else from the npm package, else are said to be missing", () => {
  const folder = temporaryFolder();
  write(folder, { "own/include/node/node_api.h": "", "bare/package.json": {} });
  expect(findHeaders(ROOT, join(folder, "own/bin/node"))).toBe(join(folder, "own/include/node"));
  expect(findHeaders(ROOT, join(folder, "other/bin/node"))).toMatch(/node-api-headers.include$/);
  expect(() => findHeaders(join(folder, "bare"), join(folder, "other/bin/node"))).toThrow(
    /^Node's C headers are missing: /,
  );
});

test("a full disk: how much is needed, how much is free, where", () => {
  const folder = temporaryFolder();
  const ctx = contextIn(folder, {}, { statfs: () => ({ bavail: 100, bsize: 1024 * 1024 }) });
  expect(() => needSpace(ctx, join(folder, "not/yet/there"), 640 * 1024 * 1024, "the native engine")).toThrow(
    `the disk is too full for the native engine (640 MiB needed, 100 MiB free at ${folder}): free some space`,
  );
  expect(() => needSpace(ctx, folder, 1024, "a file")).not.toThrow();
});

test("pip without network, on a full disk, out of time", () => {
  const say = (output: string, timedOut = false) => pipProblem({ output, timedOut }, "JupyterLab", "pip.log").message;
  expect(say("Temporary failure in name resolution")).toMatch(/^no network for pip .*proxy/);
  expect(say("OSError: [Errno 28] No space left on device")).toMatch(/^the disk is full/);
  expect(say("", true)).toMatch(/took too long/);
  expect(say("something new")).toBe("pip could not fetch JupyterLab: see pip.log");
});

test("writeWhole leaves the old text, and nothing else, when it cannot write", () => {
  const folder = temporaryFolder();
  write(folder, { "stamp/inside": "old" });
  expect(() => writeWhole(join(folder, "stamp"), "new")).toThrow();
  expect(readFileSync(join(folder, "stamp/inside"), "utf8")).toBe("old");
});
