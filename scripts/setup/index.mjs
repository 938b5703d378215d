/** Setup: the steps in order, each of which checks first and does nothing when all is as it should be. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildDist } from "./build.mjs";
import { installNative } from "./engine/native.mjs";
import { endAllCommands } from "./exec.mjs";
import { installJupyter } from "./jupyter/install.mjs";
import { linkPackage } from "./link.mjs";
import { takeLock } from "./lock.mjs";
import { installModules } from "./modules.mjs";
import { context } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/**
 * @param overrides parts of `context()`; `explicit`: the user asked for setup itself, so what failed lately is tried anew
 * @returns the problems that remain, as lines; empty when everything is in place
 */
export async function setup(overrides = {}) {
  const ctx = context(overrides);
  const started = Date.now();
  const onSignal = (signal) => {
    endAllCommands();
    lock?.release();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  let lock;
  try {
    lock = await takeLock(join(ctx.work, "setup.lock"), ctx);
  } catch (error) {
    return [told(ctx, error)];
  }
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const locked = {
    ...ctx,
    run: (command, args, options) => ctx.run(command, args, { ...options, onStart: lock.note }),
  };
  try {
    const { problems, worked } = await runSteps(locked);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (problems.length === 0) ctx.say(`${worked ? "done" : "everything is in place"} (${seconds} s)`);
    return problems;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    lock.release();
  }
}

async function runSteps(ctx) {
  const problems = [];
  let worked = false;
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
  rmSync(ctx.logs, { recursive: true, force: true }); // logs are of the last run
  if (!(await step("node modules", () => installModules(ctx)))) return { problems, worked }; // nothing works without them
  await step("native engine", () => native(ctx));
  if (ctx.clone) {
    await step("Jupyter", () => installJupyter(ctx));
    await step("link", () => linkPackage(ctx));
    await step("dist", () => buildDist(ctx));
  }
  return { problems, worked };
}

async function native(ctx) {
  const { engine, did, reason } = await installNative(ctx);
  if (engine === "tensorflow") return did;
  ctx.say(`native engine: none, WebAssembly computes, many times slower (${reason})`);
  return null; // not a problem: everything runs
}

/** Shows a problem in its one line; anything else is a fault of ours and keeps its stack. */
function told(ctx, error, name) {
  if (error.code === "ENOSPC") return told(ctx, new Problem("the disk is full", "free some space"), name);
  const line = `${name ? `${name}: ` : ""}${error instanceof Problem ? error.message : error.stack}`;
  ctx.say(line);
  return line;
}
