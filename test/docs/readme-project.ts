// The examples of README and docs/ in a project of a user's: type-checked block by block, and run.
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { temporaryFolderOfFile, write } from "../scripts/support";
import { programsOf } from "./documents";

const TSC = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"];

/** "docs/text.md" as "text". */
export const nameOf = (path: string): string => basename(path, ".md");

/**
 * A page's programs as files: "program2-block1.ts" ends with the program's first block, so that a name which only a later
 * block imports is an error there.
 */
function filesOf(path: string): [name: string, code: string][] {
  return programsOf(path).flatMap((blocks, i) =>
    blocks.map((_, k): [string, string] => {
      const code = blocks.slice(0, k + 1).join("\n");
      return [`program${i + 1}-block${k + 1}.ts`, code.replaceAll("epochs: 20", "epochs: 2")];
    }),
  );
}

/**
 * A project of a user's, with unroll installed and a folder for each page, whose programs are compiled.
 * @param paths "README.md", "docs/text.md"
 * @returns what the compiler says; a page's folder; and what runs the page's programs there
 */
export function project(paths: readonly string[]) {
  const root = temporaryFolderOfFile();
  mkdirSync(join(root, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(root, "node_modules/unroll"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(root, "node_modules/@types/node"));
  const pages = paths.map((path) => ({ name: nameOf(path), path, files: filesOf(path) }));
  const files = pages.flatMap(({ name, files }) => files.map(([file, code]) => [`${name}/${file}`, code]));
  write(root, { "package.json": { type: "module" }, ...Object.fromEntries(files) });
  const env = { ...process.env, UNROLL_DATA: "", UNROLL_OFFLINE: "1", XDG_CACHE_HOME: root }; // digits are drawn
  const node = (args: string[], cwd = root) => spawnSync(process.execPath, args, { cwd, encoding: "utf8", env });
  const { stdout } = node([join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, ...files.map(([file = ""]) => file)]);

  const folder = (name: string) => join(root, name);
  /** Runs the programs of a page, one after the other, until one fails. */
  function run(name: string) {
    const whole = programsOf(paths.find((path) => nameOf(path) === name) ?? name);
    const all = { status: 0 as number | null, stdout: "", stderr: "" };
    for (const [i, blocks] of whole.entries()) {
      const one = node([`program${i + 1}-block${blocks.length}.js`], folder(name));
      all.stdout += one.stdout;
      all.stderr += one.stderr;
      all.status = one.status;
      if (one.status !== 0) break;
    }
    return all;
  }
  return { trouble: stdout, files: files.length, folder, run };
}
