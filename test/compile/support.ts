import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { CompileError, compile } from "../../src/compile";
import { capture } from "../../src/compile/capture/capture";
import { isCapturing } from "../../src/compile/internal";
import { lower } from "../../src/compile/lower";
import * as tf from "../../src/tf";
import { expectClose } from "../support";

const ROOT = join(__dirname, "../..");

/** Only the native engine compiles. */
export const onNative = describe.runIf(tf.engineInUse.name === "tensorflow");

/**
 * Runs a script in a process of its own, with the sources as `tf`, `compile`, `trainStep`, `CompileError`, `rnn` and
 * node's garbage collector as `gc`.
 *
 * @returns what it printed last, as JSON
 */
export function inChild(script: string, env: NodeJS.ProcessEnv = {}): unknown {
  const preamble = `
    const tf = require(${JSON.stringify(join(ROOT, "src/tf.ts"))});
    const { compile, trainStep, CompileError } = require(${JSON.stringify(join(ROOT, "src/compile/index.ts"))});
    const rnn = require(${JSON.stringify(join(ROOT, "src/rnn/index.ts"))});
    const print = (value) => console.log(JSON.stringify(value));
    const main = async () => { await tf.ready(); ${script} };
    main();`;
  const args = ["--expose-gc", "-r", join(__dirname, "typescript.cjs"), "-e", preamble];
  const options = { cwd: ROOT, encoding: "utf8" as const, env: { ...process.env, ...env }, timeout: 240_000 };
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, options);
  expect([status, signal], stderr).toEqual([0, null]);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}

/** The operations of a function's graph, in their order. @param inputs what the function reads: arguments, variables */
export const opsOf = (compute: () => tf.Tensor | readonly tf.Tensor[], inputs: readonly tf.Tensor[]) =>
  lower(capture(() => [compute()].flat(), inputs)).ops;

/** Their names, without those of constants. */
export const opNames = (...captured: Parameters<typeof opsOf>): string[] =>
  opsOf(...captured).flatMap(({ name }) => (name === "Const" ? [] : [name]));

/**
 * Expects a CompileError, and that afterwards all is as before: no tensor left, eager operations and other compiled
 * functions work.
 */
export function expectRefused(call: () => unknown, message: RegExp): void {
  const before = tf.memory().numTensors;
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CompileError);
  expect((error as Error).message).toMatch(message);
  expect(isCapturing(), "capturing").toBe(false);
  expect(tf.memory().numTensors - before, "tensors left behind").toBe(0);
  expectWorks();
}

/** Eager operations, host randomness and another compiled function work. */
export function expectWorks(): void {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2]);
    expect(Math.random()).toBeLessThan(1);
    expect(tf.randomUniform([2]).dataSync()).toHaveLength(2);
    const triple = compile((given: tf.Tensor1D) => tf.mul(given, 3));
    expectClose(triple(x), [3, 6]);
    triple.dispose();
  });
}
