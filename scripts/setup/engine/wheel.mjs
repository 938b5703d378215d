/** A pinned Python wheel, in the user's cache: pip fetches it, because pip knows the user's mirrors and proxies. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { needSpace, sha256 } from "../files.mjs";
import { codeOf, Problem } from "../problem.mjs";
import { isAlive } from "../processes.mjs";
import { findPython, needVenv, pipEnvironment, pipProblem } from "../python.mjs";

/** @import { Context } from "../paths.mjs" */
/** @import { Python } from "../python.mjs" */
/** @import { Wheel } from "./wheels.mjs" */

const A_DAY = 86_400_000; // milliseconds

/**
 * Gives the wheel in the user's cache, after its checksum was compared. A cached file that is not the pinned file is
 * deleted and fetched again, once; a fetched file that is not the pinned file is deleted.
 *
 * @param {Context} ctx
 * @param {Wheel} wheel
 * @returns {Promise<string>} its path
 */
export async function fetchWheel(ctx, wheel) {
  const path = join(ctx.cache, wheel.file);
  if (existsSync(path)) {
    const problem = await wheelProblem(path, wheel);
    if (problem === null) return path;
    ctx.say(`native engine: the cached ${wheel.file} is not the pinned file (${problem}); fetching it again`);
    rmSync(path, { recursive: true, force: true });
  }
  try {
    mkdirSync(ctx.cache, { recursive: true });
    removeLeftovers(ctx.cache);
  } catch (error) {
    throw new Problem(
      `the cache folder ${ctx.cache} is not writable (${codeOf(error)})`,
      "make it writable, or set XDG_CACHE_HOME",
    );
  }
  needSpace(ctx, ctx.cache, wheel.bytes, "the download of TensorFlow");
  const part = join(ctx.cache, `part-${hostname()}-${process.pid}`);
  try {
    await download(ctx, wheel, part);
    const problem = await wheelProblem(join(part, wheel.file), wheel);
    if (problem !== null)
      throw new Problem(
        `pip's ${wheel.package} ${wheel.version} is not the pinned file (${problem})`,
        "check pip's index setting: a mirror that repacks wheels cannot be used",
      );
    renameSync(join(part, wheel.file), path);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return path;
}

/**
 * @param {string} path
 * @param {Wheel} wheel
 * @returns {Promise<string | null>} how the file differs from the pinned wheel; null when it does not
 */
export async function wheelProblem(path, wheel) {
  if (!existsSync(path)) return `no ${wheel.file}`;
  const { size } = statSync(path);
  if (size !== wheel.bytes) return `${size} bytes instead of ${wheel.bytes}`;
  const found = await sha256(path);
  return found === wheel.sha256 ? null : `SHA-256 ${found} instead of ${wheel.sha256}`;
}

/** @type {(ctx: Context, wheel: Wheel, part: string) => Promise<void>} */
async function download(ctx, wheel, part) {
  const what = `${wheel.package} ${wheel.version}`;
  const log = join(ctx.logs, "pip-download.log");
  mkdirSync(part, { recursive: true });
  const python = await pythonWithPip(ctx, join(part, "venv"));
  ctx.say(`native engine: downloading ${what} with pip (${Math.round(wheel.bytes / 1e6)} MB)`);
  const result = await ctx.run(
    python.command,
    [
      ...python.args,
      "-m",
      "pip",
      "download",
      "--no-deps",
      "--no-cache-dir",
      "--only-binary=:all:",
      "--progress-bar=off",
      "--platform",
      wheel.pipPlatform,
      "--python-version",
      "3.11",
      "--implementation",
      "cp",
      "--dest",
      part,
      `${wheel.package}==${wheel.version}`,
    ],
    { env: pipEnvironment(ctx.env), limit: 1200, log },
  );
  if (result.code !== 0) throw pipProblem(result, what, log);
}

/**
 * The machine's Python when it has pip. Else a virtual environment in `folder`, which brings a pip of its own: Debian
 * ships pip as another package.
 *
 * @param {Context} ctx
 * @param {string} folder
 * @returns {Promise<Python>}
 */
async function pythonWithPip(ctx, folder) {
  const python = await findPython(ctx);
  const asked = await ctx.run(python.command, [...python.args, "-m", "pip", "--version"], { env: ctx.env, limit: 30 });
  if (asked.code === 0) return python;
  await needVenv(ctx, python);
  const log = join(ctx.logs, "pip-download.log");
  const made = await ctx.run(python.command, [...python.args, "-m", "venv", folder], {
    env: pipEnvironment(ctx.env),
    limit: 120,
    log,
  });
  if (made.code !== 0)
    throw new Problem(
      "pip is missing, and a virtual environment with it cannot be made",
      `install python3-pip; details in ${log}`,
    );
  return { command: join(folder, ctx.platform === "win32" ? "Scripts/python.exe" : "bin/python"), args: [] };
}

/**
 * Removes half downloads of runs that were killed.
 *
 * @param {string} cache
 */
function removeLeftovers(cache) {
  for (const name of readdirSync(cache)) {
    if (!name.startsWith("part-")) continue;
    const path = join(cache, name);
    const ours = name.startsWith(`part-${hostname()}-`);
    const pid = Number(name.split("-").at(-1));
    if ((ours && !isAlive(pid)) || Date.now() - statSync(path).mtimeMs > A_DAY)
      rmSync(path, { recursive: true, force: true });
  }
}
