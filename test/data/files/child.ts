// Runs a writer of files in a process of its own, which can be killed.
import { spawn } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");

/** The module of src/data/files, for `require` in a child. */
export const moduleOf = (name: string): string => JSON.stringify(join(ROOT, "src/data/files", `${name}.ts`));

/** A child with this program. `ended` has the name of the signal that killed it, or its exit code. */
export function child(program: string) {
  const args = ["-r", join(ROOT, "test/compile/typescript.cjs"), "-e", program];
  const made = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<string>((resolve) => made.on("exit", (code, signal) => resolve(signal ?? String(code))));
  const said = new Promise<string>((resolve) => made.stdout.once("data", (text) => resolve(String(text).trim())));
  return { kill: () => made.kill("SIGKILL"), ended, said };
}
