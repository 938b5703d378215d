/**
 * The package as a user gets it, from end to end: packed, installed by npm into an empty project elsewhere, computing in
 * WebAssembly after one line, then natively after "npx unroll setup". (test/package.slow.test.ts tries the rest, faster.)
 *
 * Skipped, after a line that says why, where it would have to download TensorFlow's 200 MB or npm has no network.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCompiler } from "#setup/engine/compile.mjs";
import { WHEELS } from "#setup/engine/wheels.mjs";
import { npmProblem } from "#setup/modules.mjs";
import { type Context, context, ROOT } from "#setup/paths.mjs";
import { messageOf } from "#setup/problem.mjs";
import { SKIPPED } from "./step.mts";

const WASM_LINE =
  "unroll: computing in WebAssembly; 'npx unroll setup' installs the native engine, many times faster.\n";
const PROGRAM = `const tf = require("unroll/tf");
tf.ready().then(() => console.log(tf.engineInUse.name, String(tf.matMul([[1, 2]], [[3], [4]]).dataSync())));`;

/** @returns why the check cannot be made here; undefined when it can */
async function obstacle(ctx: Context): Promise<string | undefined> {
  const wheel = WHEELS[`${ctx.platform}-${ctx.arch}`];
  if (!wheel) return `no TensorFlow wheel is known for ${ctx.platform}-${ctx.arch}`;
  if (!existsSync(join(ctx.cache, wheel.file))) return `${wheel.file} is not in ${ctx.cache}`;
  return findCompiler(ctx).then(() => undefined, messageOf);
}

/** Leaves out what npm adds for its own scripts, and settings for other runs of ours. */
function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(UNROLL_|npm_package_|npm_lifecycle_|npm_config_local_prefix$|INIT_CWD$|NODE_PATH$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

async function main(): Promise<number> {
  const ctx = context();
  const why = await obstacle(ctx);
  if (why) return skip(why);
  const project = realpathSync(mkdtempSync(join(tmpdir(), "unroll-fresh-")));
  const env = cleanEnvironment(process.env);
  const run = (command: string, args: readonly string[], cwd = project) =>
    spawnSync(command, args, { cwd, env, encoding: "utf8" });
  try {
    const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", project], ROOT);
    assert.equal(packed.status, 0, packed.stderr);
    const tarball = readdirSync(project).find((name) => name.endsWith(".tgz"));
    writeFileSync(join(project, "package.json"), '{ "name": "a-project", "version": "1.0.0" }');
    writeFileSync(join(project, "user.cjs"), PROGRAM);

    const quiet = ["--no-audit", "--no-fund", "--fetch-retries=0"];
    const installed = run("npm", ["install", "--ignore-scripts", "--prefer-offline", ...quiet, `./${tarball}`]);
    const problem =
      installed.status === 0 ? undefined : npmProblem({ output: installed.stderr, timedOut: false }, "its output");
    if (problem?.message.startsWith("no network")) return skip("no network for npm");
    assert.equal(installed.status, 0, installed.stderr);

    const before = run(process.execPath, ["user.cjs"]);
    assert.deepEqual([before.stdout, before.stderr, before.status], ["wasm 11\n", WASM_LINE, 0]);
    const setup = run("npx", ["unroll", "setup"]);
    assert.equal(setup.status, 0, setup.stdout + setup.stderr);
    const after = run(process.execPath, ["user.cjs"]);
    assert.deepEqual([after.stdout, after.stderr, after.status], ["tensorflow 11\n", "", 0], setup.stdout);
    const addons = readdirSync(join(project, "node_modules", "unroll", ".cache", "native"));
    assert.match(addons.join(), /^[0-9a-f]{16}\.node$/, setup.stdout); // compiled from the package's own sources
    const loaded =
      "require('unroll/tf'); process.exitCode = require('./node_modules/unroll/dist/native').nativeAddon() ? 0 : 1";
    assert.equal(run(process.execPath, ["-e", loaded]).status, 0);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
  console.log("an empty project: npm install computes in WebAssembly, npx unroll setup makes it native");
  return 0;
}

function skip(why: string): number {
  console.log(`skipped: ${why}`);
  return SKIPPED;
}

process.exitCode = await main();
