/** The machine's Python: found under its usual names, and new enough. */
import { Problem } from "./problem.mjs";

/** @import { RunResult } from "./exec.mjs" */
/** @import { Context } from "./paths.mjs" */

/**
 * How Python starts: a command, and the arguments that come before its own.
 *
 * @typedef {object} Python
 * @property {string} command
 * @property {string[]} args
 */

const OLDEST = { major: 3, minor: 10 };
const ASK = "import sys; print('python', *sys.version_info[:2])";

/**
 * @param {Context} ctx
 * @returns {Promise<Python>} Python 3.10 or newer
 * @throws Problem that says which versions were found and what to install
 */
export async function findPython(ctx) {
  /** @type {Python[]} */
  const candidates = [
    { command: "python3", args: [] },
    { command: "python", args: [] },
    ...(ctx.platform === "win32" ? [{ command: "py", args: ["-3"] }] : []),
  ];
  const tooOld = [];
  for (const python of candidates) {
    const { code, output } = await ctx.run(python.command, [...python.args, "-c", ASK], { env: ctx.env, limit: 30 });
    const found = code === 0 && /python (\d+) (\d+)/.exec(output);
    if (!found) continue;
    const [major, minor] = [Number(found[1]), Number(found[2])];
    if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return python;
    tooOld.push(`${python.command} is ${major}.${minor}`);
  }
  const seen = tooOld.length > 0 ? ` (${tooOld.join(", ")})` : "";
  throw new Problem(
    `Python ${OLDEST.major}.${OLDEST.minor} or newer is missing${seen}`,
    "install it (Debian/Ubuntu: apt install python3 python3-venv; macOS: brew install python; Windows: python.org)",
  );
}

/**
 * @param {Context} ctx
 * @param {Python} python
 * @throws Problem when this Python cannot make virtual environments: Debian and Ubuntu ship that part as another package
 */
export async function needVenv(ctx, python) {
  const { code } = await ctx.run(python.command, [...python.args, "-c", "import venv, ensurepip"], {
    env: ctx.env,
    limit: 30,
  });
  if (code !== 0)
    throw new Problem("Python's venv module is missing", "install it (Debian/Ubuntu: apt install python3-venv)");
}

/**
 * The environment for pip. The user's settings for mirrors, proxies and certificates stay; settings that forbid or
 * redirect an install go.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function pipEnvironment(env) {
  const { PIP_TARGET: _target, PIP_PREFIX: _prefix, PYTHONPATH: _path, PYTHONHOME: _home, ...rest } = env;
  return {
    ...rest,
    PIP_USER: "0",
    PIP_REQUIRE_VIRTUALENV: "0",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PYTHONNOUSERSITE: "1",
  };
}

const NO_NETWORK =
  /Name or service not known|Temporary failure in name resolution|NewConnectionError|Connection refused|ConnectTimeout|ProxyError|Network is unreachable|Max retries/;

/**
 * What pip's output means for the user.
 *
 * @param {Pick<RunResult, "output" | "timedOut">} result
 * @param {string} what was to be fetched
 * @param {string} log
 */
export function pipProblem(result, what, log) {
  if (/No space left on device|ENOSPC/.test(result.output))
    return new Problem(`the disk is full (while fetching ${what})`, "free some space");
  if (result.timedOut)
    return new Problem(
      `fetching ${what} with pip took too long`,
      "try again, or set a nearer mirror in pip's settings",
    );
  if (NO_NETWORK.test(result.output))
    return new Problem(
      `no network for pip (while fetching ${what})`,
      `check the connection, proxy and pip's settings; details in ${log}`,
    );
  return new Problem(`pip could not fetch ${what}`, `see ${log}`);
}
