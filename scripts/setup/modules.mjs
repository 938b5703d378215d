/** The node modules: in a clone everything in the lock file, in a user's project just the native engine's package. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { needSpace, readJson } from "./files.mjs";
import { Problem } from "./problem.mjs";

export const ENGINE = "@tensorflow/tfjs-node";
export const ENGINE_VERSION = "4.22.0";
const CLONE_BYTES = 900 * 1024 * 1024;

/**
 * Why the clone's modules do not fit the lock file, or null when they do. npm writes its own list last, so modules
 * whose installation was interrupted never pass, and modules the user installed with plain npm do.
 */
export function modulesProblem(root) {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  if (!wanted)
    throw new Problem(`no readable package-lock.json in ${root}`, "restore it (git checkout package-lock.json)");
  const installed = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!installed) return "not installed";
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    if (path === "" || !version) continue;
    const passing = (optional || devOptional) && path !== `node_modules/${ENGINE}`; // other platforms' binaries
    if (passing && !installed[path]) continue;
    if (installed[path]?.version !== version) return `${path} ${version} is not there`;
    if (!existsSync(join(root, path, "package.json"))) return `${path} is damaged`;
  }
  return null;
}

/** @returns what was done, or null when there was nothing to do */
export async function installModules(ctx) {
  return ctx.clone ? installClone(ctx) : installEngine(ctx);
}

async function installClone(ctx) {
  if (modulesProblem(ctx.root) === null) return null;
  needSpace(ctx, ctx.root, CLONE_BYTES, "the node modules");
  ctx.say("node modules: npm ci");
  // Dependencies' install scripts stay off: tfjs-node's own one downloads from a host that many networks block.
  await npm(ctx, ctx.root, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  const problem = modulesProblem(ctx.root);
  if (problem !== null) throw new Problem(`after npm ci ${problem}`, `see ${logOf(ctx)}`);
  return "installed";
}

async function installEngine(ctx) {
  if (findEngine(ctx.root) !== null) return null;
  if (!existsSync(join(ctx.project, "package.json")))
    throw new Problem(
      `no package.json in ${ctx.project}`,
      "install unroll inside a project of yours (npm init -y; npm install unroll)",
    );
  ctx.say(`node modules: npm install ${ENGINE}@${ENGINE_VERSION} in ${ctx.project}`);
  // As an optional dependency: with older npm its install script, blocked in many networks, must not fail "npm ci".
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

/** The folder of tfjs-node as the library sees it, or null. @throws Problem when it is another version */
export function findEngine(root) {
  let manifest;
  try {
    manifest = createRequire(join(root, "package.json")).resolve(`${ENGINE}/package.json`);
  } catch {
    return null;
  }
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  if (version !== ENGINE_VERSION)
    throw new Problem(
      `${ENGINE} ${version} is at ${dirname(manifest)}, unroll needs ${ENGINE_VERSION}`,
      `npm install --ignore-scripts ${ENGINE}@${ENGINE_VERSION}`,
    );
  return dirname(manifest);
}

async function npm(ctx, cwd, args) {
  // The npm that started us, else the one on the PATH.
  const own =
    /npm-cli\.js$/.test(ctx.env.npm_execpath ?? "") && existsSync(ctx.env.npm_execpath) ? ctx.env.npm_execpath : null;
  const log = logOf(ctx);
  const options = { cwd, env: ctx.env, limit: 1800, log };
  const result = own ? await ctx.run(process.execPath, [own, ...args], options) : await ctx.run("npm", args, options);
  if (result.code !== 0) throw npmProblem(result, log);
}

/** What npm's output means for the user. */
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

function logOf(ctx) {
  return join(ctx.logs, "npm.log");
}
