/** TensorBoard in the project's own .venv, fetched when it is first asked for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needSpace } from "../setup/files.mjs";
import { venvPython } from "../setup/paths.mjs";
import { pipEnvironment, pipProblem } from "../setup/python.mjs";

const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const BYTES = 250 * 1024 * 1024;

/** Prints "ok" where what requirements.txt pins is installed. */
const ASK = `
import sys
from importlib.metadata import PackageNotFoundError, version
try:
    pins = [line.split("==") for line in sys.argv[1].split()]
    print("ok" if all(version(name) == wanted for name, wanted in pins) else "other")
except PackageNotFoundError:
    print("missing")
`;

/** @returns whether something was fetched @throws Problem when pip could not */
export async function installTensorBoard(ctx) {
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
