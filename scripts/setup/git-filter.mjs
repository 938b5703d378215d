/** Outputs of a reader's own runs stay out of git: see scripts/notebooks/outputs/clean.mjs, and .gitattributes for where it applies. */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";

const NAME = "filter.unroll-notebooks.clean";
const COMMAND = "node scripts/notebooks/outputs/clean.mjs %f";

/** @import { Context } from "./paths.mjs" */

/**
 * @param {Context} ctx
 * @returns {Promise<string | null>} what was done; null where nothing was to do, or the folder is no clone
 */
export async function installGitFilter(ctx) {
  if (!existsSync(join(ctx.root, ".git"))) return null;
  /** @param {string[]} args */
  const git = (...args) => ctx.run("git", ["-C", ctx.root, ...args], { env: ctx.env, limit: 60 });
  const top = await git("rev-parse", "--show-toplevel");
  if (top.code !== 0 || realpathSync(top.output.trim()) !== realpathSync(ctx.root)) return null;
  if ((await git("config", "--get", NAME)).output.trim() === COMMAND) return null;
  const set = await git("config", NAME, COMMAND);
  return set.code === 0 ? "git leaves out what a run in JupyterLab saves in the notebooks" : null;
}
