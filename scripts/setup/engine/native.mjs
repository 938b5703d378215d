/**
 * Installs the native engine by a ladder: use the engine that is there; else the makers' prebuilt library; else the
 * library from TensorFlow's Python wheel, with the addon compiled here; else WebAssembly computes.
 *
 * A rung works in a copy of tfjs-node beside the real one. Its result is moved over only when it has multiplied two
 * matrices, so that a failed or interrupted rung leaves nothing that a later run could take for an engine.
 */
import { cpSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLine } from "../exec.mjs";
import { readJson, writeWhole } from "../files.mjs";
import { ENGINE, findEngine } from "../modules.mjs";
import { codeOf, Problem } from "../problem.mjs";
import { ADDON } from "./compile.mjs";
import { installFromWheel } from "./from-wheel.mjs";
import { installUpstream } from "./upstream.mjs";

/** @import { Context } from "../paths.mjs" */

/**
 * One way to an engine.
 *
 * @typedef {object} Rung
 * @property {string} title
 * @property {(ctx: Context, copy: string) => Promise<void>} climb fills `copy`, a copy of tfjs-node
 */

/**
 * What computes after setup. `did` is null when there was nothing to do.
 *
 * @typedef {{ engine: "tensorflow", did: string | null } | { engine: "wasm", did: string | null, reason: string }} Found
 */

/**
 * What was found out about the engine: the fingerprint of one that computes, or when and why every rung failed.
 *
 * @typedef {{ fingerprint?: string, failed?: number, reason?: string }} Stamp
 */

const TRY = fileURLToPath(new URL("try-engine.cjs", import.meta.url));
const STAMP = "unroll-native.json";
const RETRY_AFTER = 86_400_000; // milliseconds
/** @type {Readonly<Record<string, Rung>>} */
const RUNGS = {
  upstream: { title: "upstream", climb: installUpstream },
  wheel: { title: "wheel", climb: installFromWheel },
};

/**
 * @param {Context} ctx `ctx.env.UNROLL_NATIVE` may be "skip", the name of the only rung to try, or "off", which only our own addon heeds
 * @param {Readonly<Record<string, Rung>>} [rungs]
 * @returns {Promise<Found>}
 */
export async function installNative(ctx, rungs = RUNGS) {
  const named = ctx.env.UNROLL_NATIVE || "off";
  const wanted = named === "off" ? "all" : named;
  if (!["all", "skip", ...Object.keys(rungs)].includes(wanted))
    throw new Problem(`UNROLL_NATIVE is "${wanted}"`, `it may be off, skip, ${Object.keys(rungs).join(" or ")}`);
  if (wanted === "skip") return { engine: "wasm", did: null, reason: "UNROLL_NATIVE=skip" };
  const folder = findEngine(ctx.root);
  if (folder === null) throw new Problem(`${ENGINE} is not installed`, "npx unroll setup");
  const stampPath = join(folder, STAMP);
  /** @param {Stamp} stamp */
  const note = (stamp) => writeWhole(stampPath, JSON.stringify(stamp));
  const stamp = /** @type {Stamp | null} */ (readJson(stampPath));
  const print = fingerprint(folder);
  if (!ctx.again && print !== null && stamp?.fingerprint === print) return { engine: "tensorflow", did: null };
  if (!ctx.again && existsSync(join(folder, ADDON)) && (await tryEngine(ctx, folder)).works) {
    note({ fingerprint: print ?? undefined });
    return { engine: "tensorflow", did: "already there" };
  }
  const failedLately = stamp?.failed && Date.now() - stamp.failed < RETRY_AFTER;
  if (failedLately && !ctx.explicit && wanted === "all")
    return { engine: "wasm", did: null, reason: `${stamp.reason}; "npx unroll setup" tries again` };

  let reason = "no way to install it was tried";
  const tried = Object.entries(rungs).filter(([name]) => wanted === "all" || wanted === name);
  for (const [index, [, rung]] of tried.entries()) {
    try {
      const version = await stage(ctx, folder, rung);
      note({ fingerprint: fingerprint(folder) ?? undefined });
      return { engine: "tensorflow", did: `TensorFlow ${version} (${rung.title})` };
    } catch (error) {
      reason = asProblem(error).message;
      if (index < tried.length - 1) ctx.say(`native engine: not by ${rung.title}: ${reason}`);
    }
  }
  note({ failed: Date.now(), reason });
  return { engine: "wasm", did: "none", reason };
}

/**
 * Climbs one rung beside the real package and, when the result computes, moves it over.
 *
 * @param {Context} ctx
 * @param {string} folder tfjs-node's
 * @param {Rung} rung
 * @returns {Promise<string>} TensorFlow's version
 */
async function stage(ctx, folder, rung) {
  const copy = join(dirname(folder), `.${basename(folder)}-setup`);
  rmSync(copy, { recursive: true, force: true });
  try {
    cpSync(folder, copy, {
      recursive: true,
      filter: (path) => path !== join(folder, "deps") && path !== join(folder, "lib"),
    });
    await rung.climb(ctx, copy);
    const trial = await tryEngine(ctx, copy);
    if (!trial.works)
      throw new Problem(
        `the engine from ${rung.title} does not compute (${trial.why})`,
        `see ${join(ctx.logs, "engine.log")}`,
      );
    for (const part of ["lib", "deps"]) rmSync(join(folder, part), { recursive: true, force: true });
    for (const part of ["deps", "lib"]) renameSync(join(copy, part), join(folder, part)); // the addon last: without it there is no engine
    return trial.version;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * Has the engine compute in a child process, because a bad addon can crash its process.
 *
 * @param {Context} ctx
 * @param {string} folder
 * @returns {Promise<{ works: true, version: string } | { works: false, why: string }>}
 */
async function tryEngine(ctx, folder) {
  const { code, output } = await ctx.run(process.execPath, [TRY, folder], {
    env: ctx.env,
    limit: 120,
    log: join(ctx.logs, "engine.log"),
  });
  const version = /engine tensorflow (\S+) 11$/m.exec(output)?.[1];
  return code === 0 && version !== undefined ? { works: true, version } : { works: false, why: lastLine(output) };
}

/**
 * Distinguishes the engine that was tried from one that has changed since, without loading it.
 *
 * @param {string} folder
 * @returns {string | null} null when there is no engine
 */
export function fingerprint(folder) {
  try {
    const parts = [ADDON, "deps/lib"]
      .map((part) => statSync(join(folder, part)))
      .map(({ size, mtimeMs }) => [size, mtimeMs]);
    return JSON.stringify([parts, process.versions.modules]);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} error
 * @returns {Problem}
 * @throws the error itself when it is a fault of ours
 */
function asProblem(error) {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  if (code === "ENOSPC") return new Problem("the disk is full", "free some space");
  if (code !== "EACCES" && code !== "EROFS") throw error;
  const path = error instanceof Error && "path" in error ? error.path : "tfjs-node's folder";
  return new Problem(`cannot write ${path}`, "make it writable");
}
