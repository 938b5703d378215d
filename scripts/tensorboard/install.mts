/** Installs TensorBoard in the project's own .venv when it is first asked for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { needSpace } from "#setup/files.mjs";
import { type context, ROOT, venvPython } from "#setup/paths.mjs";
import { pipEnvironment, pipProblem } from "#setup/python.mjs";

/** Where things are and how commands run: setup's record, in whose place tests put their own. */
export type Context = ReturnType<typeof context>;

const REQUIREMENTS = join(ROOT, "scripts", "tensorboard", "requirements.txt");
const BYTES = 250 * 1024 * 1024;

/** Prints "ok" where the versions that requirements.txt pins are installed. */
const ASK = `
import sys
from importlib.metadata import PackageNotFoundError, version
try:
    pins = [line.split("==") for line in sys.argv[1].split()]
    print("ok" if all(version(name) == wanted for name, wanted in pins) else "other")
except PackageNotFoundError:
    print("missing")
`;

/** @returns whether it installed something @throws Problem when pip could not */
export async function installTensorBoard(ctx: Context): Promise<boolean> {
  const python = venvPython(ctx.root, ctx.platform);
  const env = pipEnvironment(ctx.env);
  const pins = readFileSync(REQUIREMENTS, "utf8").replace(/^#.*$/gm, "");
  const { code, output } = await ctx.run(python, ["-c", ASK, pins], { env, limit: 60 });
  if (code === 0 && /^ok/m.test(output)) return false;
  needSpace(ctx, ctx.root, BYTES, "TensorBoard");
  ctx.say("TensorBoard: installing it in .venv");
  const log = join(ctx.logs, "tensorboard.log");
  const args = ["-m", "pip", "install", "--progress-bar=off", "-r", REQUIREMENTS];
  const installed = await ctx.run(python, args, { env, limit: 1800, log });
  if (installed.code !== 0) throw pipProblem(installed, "TensorBoard", log);
  return true;
}
