/** The node modules: in a clone everything in the lock file, in a user's project only the native engine's package. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { needSpace, readJson } from "./files.mjs";
import { Problem } from "./problem.mjs";

/** @import { RunResult } from "./exec.mjs" */
/** @import { Context } from "./paths.mjs" */

/**
 * One package in a lock file.
 *
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */
/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

export const ENGINE = "@tensorflow/tfjs-node";
export const ENGINE_VERSION = "4.22.0";
const CLONE_BYTES = 900 * 1024 * 1024;

/**
 * Why the clone's modules do not fit the lock file. npm writes its list of what is installed last: modules whose
 * installation was interrupted do not pass, and modules that the user has installed with plain npm do.
 *
 * @param {string} root
 * @returns {string | null} null when they fit
 */
export function modulesProblem(root) {
  const wanted = /** @type {LockFile | null} */ (readJson(join(root, "package-lock.json")))?.packages;
  if (!wanted)
    throw new Problem(`no readable package-lock.json in ${root}`, "restore it (git checkout package-lock.json)");
  const list = join(root, "node_modules", ".package-lock.json");
  const installed = /** @type {LockFile | null} */ (readJson(list))?.packages;
  if (!installed) return "not installed";
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    if (path === "" || !version) continue;
    const mayLack = (optional || devOptional) && path !== `node_modules/${ENGINE}`; // other platforms' binaries
    if (mayLack && !installed[path]) continue;
    if (installed[path]?.version !== version) return `${path} ${version} is not there`;
    if (!existsSync(join(root, path, "package.json"))) return `${path} is damaged`;
  }
  return null;
}

/**
 * @param {Context} ctx
 * @returns {Promise<string | null>} what was done; null when everything was there
 */
export async function installModules(ctx) {
  return ctx.clone ? installClone(ctx) : installEngine(ctx);
}

/** @param {Context} ctx */
async function installClone(ctx) {
  if (modulesProblem(ctx.root) === null) return null;
  needSpace(ctx, ctx.root, CLONE_BYTES, "the node modules");
  ctx.say("node modules: npm ci");
  // No package's install script runs: tfjs-node's script downloads from a host that many networks block.
  await npm(ctx, ctx.root, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  const problem = modulesProblem(ctx.root);
  if (problem !== null) throw new Problem(`after npm ci ${problem}`, `see ${logOf(ctx)}`);
  return "installed";
}

/** @param {Context} ctx */
async function installEngine(ctx) {
  if (findEngine(ctx.root) !== null) return null;
  if (!existsSync(join(ctx.project, "package.json")))
    throw new Problem(
      `no package.json in ${ctx.project}`,
      "install unroll inside a project of yours (npm init -y; npm install unroll)",
    );
  ctx.say(`node modules: npm install ${ENGINE}@${ENGINE_VERSION} in ${ctx.project}`);
  // As an optional dependency: older npm runs its install script in "npm ci", and a blocked download must not fail that.
  await npm(ctx, ctx.project, [
    "install",
    "--ignore-scripts",
    "--save-optional",
    "--save-exact",
    "--no-audit",
    "--no-fund",
    `${ENGINE}@${ENGINE_VERSION}`,
  ]);
  if (findEngine(ctx.root) === null) throw new Problem(`${ENGINE} is not there after npm install`, `see ${logOf(ctx)}`);
  return `installed ${ENGINE}`;
}

/**
 * The folder of tfjs-node as the library sees it.
 *
 * @param {string} root
 * @returns {string | null} null when it is not installed
 * @throws Problem when it is another version
 */
export function findEngine(root) {
  let manifest;
  try {
    manifest = createRequire(join(root, "package.json")).resolve(`${ENGINE}/package.json`);
  } catch {
    return null;
  }
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  if (version !== ENGINE_VERSION)
    throw new Problem(
      `${ENGINE} ${version} is at ${dirname(manifest)}, unroll needs ${ENGINE_VERSION}`,
      `npm install --ignore-scripts ${ENGINE}@${ENGINE_VERSION}`,
    );
  return dirname(manifest);
}

/**
 * Runs the npm that has started us, else the npm on the PATH.
 *
 * @type {(ctx: Context, cwd: string, args: string[]) => Promise<void>}
 */
async function npm(ctx, cwd, args) {
  const starter = ctx.env.npm_execpath ?? "";
  const own = /npm-cli\.js$/.test(starter) && existsSync(starter);
  const log = logOf(ctx);
  const options = { cwd, env: ctx.env, limit: 1800, log };
  const result = own
    ? await ctx.run(process.execPath, [starter, ...args], options)
    : await ctx.run("npm", args, options);
  if (result.code !== 0) throw npmProblem(result, log);
}

/**
 * What npm's output means for the user.
 *
 * @param {Pick<RunResult, "output" | "timedOut"> & { missing?: boolean }} result
 * @param {string} log
 */
export function npmProblem({ output, missing, timedOut }, log) {
  if (missing)
    return new Problem("npm is missing", "install it with Node (nodejs.org; Debian/Ubuntu: apt install npm)");
  if (/ENOSPC|no space left/i.test(output))
    return new Problem("the disk is full (while npm installed the node modules)", "free some space");
  if (timedOut)
    return new Problem("npm took over half an hour", "check the network and npm's registry setting (npm ping)");
  if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|network/i.test(output))
    return new Problem(
      "no network for npm",
      `check the connection, proxy and registry setting (npm ping); details in ${log}`,
    );
  if (/\bEUSAGE\b/.test(output))
    return new Problem("package.json and package-lock.json do not fit each other", "npm install --ignore-scripts");
  if (/EACCES|EPERM|EROFS/.test(output))
    return new Problem("npm may not write here", `make the folder writable; details in ${log}`);
  return new Problem("npm failed", `see ${log}`);
}

/** @param {Pick<Context, "logs">} ctx */
function logOf(ctx) {
  return join(ctx.logs, "npm.log");
}
