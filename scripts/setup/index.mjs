/** Setup: the steps in order. Each step looks first, and does nothing when everything is as it should be. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildDist } from "./build.mjs";
import { tryAddon } from "./engine/addon.mjs";
import { installNative } from "./engine/native.mjs";
import { endAllCommands } from "./exec.mjs";
import { installGitFilter } from "./git-filter.mjs";
import { installJupyter } from "./jupyter/install.mjs";
import { linkPackage } from "./link.mjs";
import { takeLock } from "./lock.mjs";
import { installModules } from "./modules.mjs";
import { context } from "./paths.mjs";
import { codeOf, Problem } from "./problem.mjs";

/** @import { Lock } from "./lock.mjs" */
/** @import { Context } from "./paths.mjs" */

/**
 * @param {Partial<Context>} [overrides]
 * @returns {Promise<string[]>} the problems that remain, a line each; empty when everything is in place
 */
export async function setup(overrides = {}) {
  const ctx = context(overrides);
  const started = Date.now();
  /** @type {Lock} */
  let lock;
  try {
    lock = await takeLock(join(ctx.work, "setup.lock"), ctx);
  } catch (error) {
    return [told(ctx, error)];
  }
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    endAllCommands();
    lock.release();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    const { problems, worked } = await runSteps({
      ...ctx,
      run: (command, args, options) => ctx.run(command, args, { ...options, onStart: lock.note }),
    });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (problems.length === 0) ctx.say(`${worked ? "done" : "everything is in place"} (${seconds} s)`);
    return problems;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    lock.release();
  }
}

/**
 * @param {Context} ctx
 * @returns {Promise<{ problems: string[], worked: boolean }>} `worked`: whether any step had something to do
 */
async function runSteps(ctx) {
  /** @type {string[]} */
  const problems = [];
  let worked = false;
  /** @type {(name: string, work: () => string | null | Promise<string | null>) => Promise<boolean>} */
  const step = async (name, work) => {
    const started = Date.now();
    try {
      const did = await work();
      if (did === null) return true;
      worked = true;
      ctx.say(`${name}: ${did} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      return true;
    } catch (error) {
      problems.push(told(ctx, error, name));
      return false;
    }
  };
  rmSync(ctx.logs, { recursive: true, force: true }); // only the last run's logs stay
  if (!(await step("node modules", () => installModules(ctx)))) return { problems, worked }; // nothing works without them
  await step("native engine", () => native(ctx));
  await step("native addon", () => tryAddon(ctx));
  if (ctx.clone) {
    await step("Jupyter", () => installJupyter(ctx));
    await step("link", () => linkPackage(ctx));
    await step("dist", () => buildDist(ctx));
    await step("git", () => installGitFilter(ctx));
  }
  return { problems, worked };
}

/** @param {Context} ctx */
async function native(ctx) {
  const found = await installNative(ctx);
  if (found.engine === "tensorflow") return found.did;
  ctx.say(`native engine: none, WebAssembly computes, many times slower (${found.reason})`);
  return null; // not a problem: everything runs
}

/**
 * Shows a problem as its one line. Any other error is a fault of ours, and is shown with its stack.
 *
 * @param {Context} ctx
 * @param {unknown} error
 * @param {string} [name] the step's
 * @returns {string} what was shown
 */
function told(ctx, error, name) {
  const line = `${name ? `${name}: ` : ""}${textOf(error)}`;
  ctx.say(line);
  return line;
}

/** @param {unknown} error */
function textOf(error) {
  if (codeOf(error) === "ENOSPC") return new Problem("the disk is full", "free some space").message;
  if (error instanceof Problem) return error.message;
  return error instanceof Error ? error.stack : String(error);
}
