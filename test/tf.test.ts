import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as tf from "../src/tf";

const PROGRAM = `
const tf = require(${JSON.stringify(join(__dirname, "../src/tf.ts"))});
tf.ready().then(() => {
  const product = Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync());
  console.log(JSON.stringify([tf.engineInUse.name, tf.getBackend(), product]));
});`;

/** Runs the program in a process of its own, as an engine can be chosen once only. */
function run(engine: string, flags: readonly string[] = []) {
  const args = ["-r", join(__dirname, "compile/typescript.cjs"), "-e", PROGRAM, "--", ...flags];
  return spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, UNROLL_ENGINE: engine } });
}

const isNative = tf.engineInUse.name === "tensorflow" || run("").stdout.startsWith('["tensorflow"');

test.runIf(isNative)("UNROLL_ENGINE empty: TensorFlow's library multiplies matrices", () => {
  const { stdout, stderr, status } = run("");
  expect([JSON.parse(stdout), status], stderr).toEqual([["tensorflow", "tensorflow", [11]], 0]);
});

test.runIf(isNative)("a program's own flags do not keep the native engine from loading", () => {
  const { stdout, stderr, status } = run("", ["program", "--C", "64"]);
  expect([JSON.parse(stdout), status], stderr).toEqual([["tensorflow", "tensorflow", [11]], 0]);
});

test.each(["wasm", "cpu"])("UNROLL_ENGINE=%s multiplies matrices", (engine) => {
  const { stdout, stderr, status } = run(engine);
  expect([JSON.parse(stdout), status], stderr).toEqual([[engine, engine, [11]], 0]);
});

test("UNROLL_ENGINE of another name is an error that names what there is", () => {
  const { stderr, status } = run("gpu");
  expect(stderr).toContain('UNROLL_ENGINE: expected "wasm", "cpu" or nothing, got "gpu"');
  expect(status).toBe(1);
});

test("the engine in use here multiplies matrices", async () => {
  await tf.ready();
  expect(Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync())).toEqual([11]);
  expect(["tensorflow", "wasm", "cpu"]).toContain(tf.engineInUse.name);
});
