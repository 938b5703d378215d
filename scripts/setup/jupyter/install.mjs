/** JupyterLab in the project's own .venv, with the TypeScript kernel registered there and nowhere else. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLine } from "../exec.mjs";
import { needSpace, readJson, writeWhole } from "../files.mjs";
import { venvPython } from "../paths.mjs";
import { Problem } from "../problem.mjs";
import { findPython, needVenv, pipEnvironment, pipProblem } from "../python.mjs";
import { jupyterEnvironment } from "./environment.mjs";

/** @import { Context } from "../paths.mjs" */

/**
 * What a .venv was made for. A moved project breaks a virtual environment, because its paths are absolute.
 *
 * @typedef {object} Stamp
 * @property {string} root
 * @property {string} requirements a hash
 */

const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const KERNEL = fileURLToPath(new URL("tslab-kernel.cjs", import.meta.url));
const TRY = fileURLToPath(new URL("try-kernel.py", import.meta.url));
const VENV_BYTES = 450 * 1024 * 1024;

/**
 * @param {Context} ctx
 * @returns {Promise<string | null>} what was done; null when everything was there
 */
export async function installJupyter(ctx) {
  const folder = join(ctx.root, ".venv");
  const stampPath = join(folder, "unroll.json");
  const stamp = { root: ctx.root, requirements: createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex") };
  const found = /** @type {Partial<Stamp> | null} */ (readJson(stampPath));
  const whole = sameStamp(found, stamp) && (await hasJupyter(ctx));
  if (!whole) await makeVenv(ctx, folder);
  const newSpec = writeKernelSpec(ctx);
  if (whole && !newSpec) return null;
  ctx.say("Jupyter: trying the TypeScript kernel");
  await tryKernel(ctx);
  writeWhole(stampPath, JSON.stringify(stamp));
  return whole ? "the kernel's registration renewed" : "JupyterLab and the TypeScript kernel in .venv";
}

/**
 * @param {Context} ctx
 * @param {string} folder
 */
async function makeVenv(ctx, folder) {
  const python = await findPython(ctx);
  await needVenv(ctx, python);
  needSpace(ctx, ctx.root, VENV_BYTES, "JupyterLab");
  rmSync(folder, { recursive: true, force: true });
  const log = join(ctx.logs, "jupyter.log");
  ctx.say("Jupyter: installing JupyterLab in .venv");
  const env = pipEnvironment(ctx.env);
  const made = await ctx.run(python.command, [...python.args, "-m", "venv", folder], { env, limit: 300, log });
  if (made.code !== 0) {
    if (/No space left/.test(made.output)) throw pipProblem(made, "JupyterLab", log);
    throw new Problem(
      `Python could not make a virtual environment (${lastLine(made.output)})`,
      `Debian/Ubuntu: apt install python3-venv; details in ${log}`,
    );
  }
  const args = ["-m", "pip", "install", "--progress-bar=off", "-r", REQUIREMENTS];
  const installed = await ctx.run(venvPython(ctx.root, ctx.platform), args, { env, limit: 1800, log });
  if (installed.code !== 0) throw pipProblem(installed, "JupyterLab", log);
}

/**
 * Whether .venv's Python starts and finds the packages. It does not start when the machine's Python was removed.
 *
 * @param {Context} ctx
 */
async function hasJupyter(ctx) {
  const ask =
    "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['jupyterlab', 'nbclient', 'plotly'])))";
  const python = venvPython(ctx.root, ctx.platform);
  const { code } = await ctx.run(python, ["-c", ask], { env: pipEnvironment(ctx.env), limit: 60 });
  return code === 0;
}

/** @type {(found: Partial<Stamp> | null, wanted: Stamp) => boolean} */
function sameStamp(found, wanted) {
  return found?.root === wanted.root && found?.requirements === wanted.requirements;
}

/**
 * The kernel's registration. "tslab install" writes one like it; this one has absolute paths, so that the kernel runs on
 * the Node that ran setup.
 *
 * @param {Pick<Context, "root">} ctx
 */
export function kernelSpec(ctx) {
  const tslab = join(ctx.root, "node_modules", "tslab");
  return {
    argv: [process.execPath, KERNEL, tslab, "kernel", "--config-path", "{connection_file}"],
    display_name: "TypeScript",
    language: "typescript",
  };
}

/**
 * @param {Context} ctx
 * @returns {boolean} whether the registration has changed
 */
function writeKernelSpec(ctx) {
  const path = join(ctx.root, ".venv", "share", "jupyter", "kernels", "tslab", "kernel.json");
  const text = `${JSON.stringify(kernelSpec(ctx), null, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false;
  writeWhole(path, text);
  return true;
}

/** @param {Context} ctx */
async function tryKernel(ctx) {
  const log = join(ctx.logs, "kernel.log");
  const { code, output } = await ctx.run(venvPython(ctx.root, ctx.platform), [TRY], {
    cwd: ctx.root,
    env: jupyterEnvironment(ctx),
    limit: 180,
    log,
  });
  if (code !== 0 || !/kernel says 42/.test(output))
    throw new Problem(`the TypeScript kernel does not answer (${lastLine(output)})`, `see ${log}`);
}
