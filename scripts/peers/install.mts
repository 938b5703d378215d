/** Installs another library beside which notebooks and the bench measure this one, in .peers/NAME, a virtual environment of its own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { needSpace } from "#setup/files.mjs";
import { type context, ROOT } from "#setup/paths.mjs";
import { Problem } from "#setup/problem.mjs";
import { findPython, needVenv, pipEnvironment, pipProblem } from "#setup/python.mjs";

/** Where things are and how commands run: setup's record, in whose place tests put their own. */
export type Context = ReturnType<typeof context>;

const MB = 1024 * 1024;

/** The libraries, and how many bytes each takes. */
export const PEERS = {
  gensim: 400 * MB,
  torch: 1500 * MB,
  onnxruntime: 400 * MB,
  jax: 700 * MB,
  "jax-0.4.31": 700 * MB,
  tf: 1500 * MB,
  keras3: 3500 * MB,
} as const;
export type PeerName = keyof typeof PEERS;

export const isPeer = (name: string): name is PeerName => Object.hasOwn(PEERS, name);

/** Prints "ok" where the pinned versions are installed. A build of a version, such as 2.13.0+cpu, is that version. */
const ASK = `
import sys
from importlib.metadata import PackageNotFoundError, version
try:
    pins = [line.split("==") for line in sys.argv[1].split()]
    print("ok" if all(version(name).split("+")[0] == wanted for name, wanted in pins) else "other")
except PackageNotFoundError:
    print("missing")
`;

/** @returns whether it installed something @throws Problem when Python is missing, or pip could not */
export async function installPeer(ctx: Context, name: PeerName): Promise<boolean> {
  const folder = join(ctx.root, ".peers", name);
  const python = join(folder, ctx.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const requirements = join(ROOT, "scripts", "peers", `requirements-${name}.txt`);
  const env = pipEnvironment(ctx.env);
  const pins = readFileSync(requirements, "utf8").replace(/^#.*$/gm, "");
  if (existsSync(python)) {
    const { code, output } = await ctx.run(python, ["-c", ASK, pins], { env, limit: 60 });
    if (code === 0 && /^ok/m.test(output)) return false;
  }
  needSpace(ctx, ctx.root, PEERS[name], name);
  const { command, args } = await findPython(ctx);
  await needVenv(ctx, { command, args });
  ctx.say(`${name}: installing it in .peers/${name}`);
  const log = join(ctx.logs, `peer-${name}.log`);
  const made = await ctx.run(command, [...args, "-m", "venv", "--clear", folder], { env, limit: 300, log });
  if (made.code !== 0) throw new Problem(`Python could not make a virtual environment in .peers/${name}`, `see ${log}`);
  const pip = ["-m", "pip", "install", "--progress-bar=off", "-r", requirements];
  const installed = await ctx.run(python, pip, { env, limit: 1800, log });
  if (installed.code !== 0) throw pipProblem(installed, name, log);
  return true;
}
