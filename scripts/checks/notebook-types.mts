/**
 * Strict types in the notebooks. The kernel checks each cell as it runs, with TypeScript 5.0 and leniently; this joins a
 * notebook's code cells into one module, in their order (later cells see what earlier ones declare), and lets the
 * project's own TypeScript check it with `strict`, against the built declarations.
 *
 *   node scripts/run.mjs checks/notebook-types [names…]     Default: all notebooks; ends with 1 when there is an error
 *
 * Stricter than the kernel in one more way: a name that two cells declare is an error, because a reader would
 * not know which is meant.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { joined, type NotebookDocument } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { findNotebooks, readNotebook } from "../notebooks/find.mts";

const OPTIONS = {
  strict: true,
  target: "es2022",
  lib: ["es2022"],
  types: ["node"],
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force", // a module even without an import: cells may await
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
};

/** A notebook's code as one module. */
export interface Module {
  readonly text: string;
  /** Where each line of the text comes from. */
  readonly places: readonly Place[];
}

/** A line of a cell. */
export interface Place {
  /** Counted from 0, prose included, as the headless run counts. */
  readonly cell: number;
  /** Counted from 1. */
  readonly line: number;
}

/** Joins a notebook's code cells into one module. */
export function moduleOf({ cells }: Pick<NotebookDocument, "cells">): Module {
  const lines: string[] = [];
  const places: Place[] = [];
  cells.forEach((cell, index) => {
    if (cell.cell_type !== "code") return;
    for (const [i, line] of [...joined(cell.source).split("\n"), ";"].entries()) {
      lines.push(line); // the semicolon separates a cell's last statement from the next cell's first
      places.push({ cell: index, line: i + 1 });
    }
  });
  return { text: `${lines.join("\n")}\n`, places };
}

/**
 * @param paths of notebooks inside the project, so that "unroll" is found by its name
 * @returns the errors, a text each: "01-recurrent-neurons, cell 3, line 2: TS2322: Type …"
 */
export function notebookTypeErrors(
  paths: readonly string[],
  { root = ROOT, folder = join(root, ".cache", "notebook-types") } = {},
): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const modules = new Map<string, NamedModule>();
  for (const path of paths) {
    const name = basename(path, ".ipynb");
    const made = moduleOf(readNotebook(path));
    modules.set(`${name}.ts`, { name, ...made });
    writeFileSync(join(folder, `${name}.ts`), made.text);
  }
  const config = { compilerOptions: OPTIONS, files: [...modules.keys()] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "--pretty", "false", "-p", "."];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const errors = stdout.split(/\n(?=\S)/).filter((text) => text.includes("error TS"));
  if (status !== 0 && errors.length === 0) return [`TypeScript did not run (${status}): ${stdout}${stderr}`.trim()];
  return errors.map((text) => placed(text.trimEnd(), modules));
}

interface NamedModule extends Module {
  readonly name: string;
}

/** A compiler's error, with the cell and its line instead of the module's line. */
function placed(text: string, modules: ReadonlyMap<string, NamedModule>): string {
  const found = /^(?<file>[^()\n]+)\((?<line>\d+),\d+\): error (?<what>[\s\S]*)$/.exec(text)?.groups;
  const module = modules.get(found?.file ?? "");
  if (!module) return text;
  const line = Math.min(Number(found?.line), module.places.length); // an unclosed bracket is an error after the last line
  const place = module.places[line - 1];
  return `${module.name}, cell ${place?.cell}, line ${place?.line}: ${found?.what}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = findNotebooks(process.argv.slice(2), join(ROOT, "notebooks"));
  const errors = notebookTypeErrors(paths);
  for (const error of errors) console.log(error);
  if (errors.length === 0) console.log(`${paths.length} notebooks have no type errors`);
  process.exitCode = errors.length === 0 ? 0 : 1;
}
