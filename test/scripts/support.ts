// For the tests of setup: a folder that goes away, and a PATH with nothing on it but what a test puts there.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Context, context } from "../../scripts/setup/paths.mjs";

export { temporaryFolder, temporaryFolderOfFile } from "../temporary-folder";

/** Files by their path. */
export type Files = Readonly<Record<string, string | object>>;

/** Writes files; an object is written as JSON. */
export function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** Commands by their name, each the text of a shell script. */
export type Commands = Readonly<Record<string, string>>;

/** A machine with these commands only. @returns its PATH */
export function machine(folder: string, commands: Commands): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** Python as the scripts ask for it: its version, the venv modules, and what `more` adds (a shell case). */
export const python = ({ version = "3 11", venv = true, more = "" } = {}) => `
case "$*" in
  *version_info*) echo "python ${version}" ;;
  *"import venv, ensurepip"*) exit ${venv ? 0 : 1} ;;
  ${more}
  *"pip --version"*) exit 0 ;;
  *) echo "unexpected: $*" >&2; exit 9 ;;
esac`;

/** Setup's context in `folder` on that machine; what setup says is collected in `said`. */
export function contextIn(
  folder: string,
  commands: Commands = {},
  overrides: Partial<Context> = {},
): Context & { said: string[] } {
  const said: string[] = [];
  mkdirSync(join(folder, "home"), { recursive: true });
  const env = { PATH: machine(folder, commands), HOME: join(folder, "home"), ...overrides.env };
  const defaults = { root: join(folder, "project"), platform: "linux", arch: "x64" } as const;
  return { ...context({ ...defaults, say: (line) => said.push(line), ...overrides, env }), said };
}
