/** Runs TensorBoard as a child process that ends when this process ends. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { venvPython } from "#setup/paths.mjs";
import { pipEnvironment } from "#setup/python.mjs";
import type { Context } from "./install.mts";

/** TensorBoard's command line. The user's own flags come last: TensorBoard takes the last of two equal flags. */
export const boardArguments = (root: string, flags: readonly string[]): string[] => [
  ...["-m", "tensorboard.main", "--host=127.0.0.1", `--logdir=${join(root, "runs")}`],
  ...flags,
];

/** Runs until TensorBoard ends, for example by Ctrl-C. @returns the exit code */
export function serve(ctx: Pick<Context, "root" | "env" | "platform">, flags: readonly string[]): Promise<number> {
  mkdirSync(join(ctx.root, "runs"), { recursive: true });
  const child = spawn(venvPython(ctx.root, ctx.platform), boardArguments(ctx.root, flags), {
    cwd: ctx.root,
    env: { PYTHONWARNINGS: "ignore:pkg_resources", ...pipEnvironment(ctx.env) }, // a warning that no user could act on
    stdio: "inherit",
  });
  const stop = () => child.kill("SIGTERM");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`TensorBoard could not start: ${error.message}`);
      resolve(1);
    });
    child.once("exit", (code) => {
      for (const each of signals) process.off(each, stop);
      resolve(code ?? 0); // no code: it ended by a signal
    });
  });
}
