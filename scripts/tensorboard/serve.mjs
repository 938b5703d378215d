/** TensorBoard as a child that ends with us. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { venvPython } from "../setup/paths.mjs";
import { pipEnvironment } from "../setup/python.mjs";

/** What it is told; the user's own flags come later, and so win. */
export const boardArguments = (root, flags) => [
  ...["-m", "tensorboard.main", "--host=127.0.0.1", `--logdir=${join(root, "runs")}`],
  ...flags,
];

/** Runs until TensorBoard ends, by Ctrl-C for one. @returns the exit code */
export function serve(ctx, flags) {
  mkdirSync(join(ctx.root, "runs"), { recursive: true });
  const child = spawn(venvPython(ctx.root, ctx.platform), boardArguments(ctx.root, flags), {
    cwd: ctx.root,
    env: { PYTHONWARNINGS: "ignore:pkg_resources", ...pipEnvironment(ctx.env) }, // nothing that its user could mend
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
    child.once("exit", (code, signal) => {
      for (const each of signals) process.off(each, stop);
      resolve(signal === null ? code : 0);
    });
  });
}
