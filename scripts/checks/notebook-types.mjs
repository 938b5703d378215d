/**
 * Strict types in the notebooks. The kernel checks each cell as it runs, with TypeScript 5.0 and leniently; this joins a
 * notebook's code cells into one module, in their order (later cells see what earlier ones declare), and lets the
 * project's own TypeScript check it with `strict`, against the built declarations.
 *
 *   node scripts/checks/notebook-types.mjs [names…]     all notebooks unless told; 1 when there is an error
 *
 * Stricter than the kernel in one more way: a name that two cells declare is an error, for a reader would not know which.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNotebooks, joined, readNotebook } from "../notebooks/find.mjs";
import { ROOT } from "../setup/paths.mjs";

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

/**
 * The module's text, and for each of its lines the cell, counted from 0 with prose as the headless run counts, and the
 * line in that cell, counted from 1.
 */
export function moduleOf({ cells }) {
  const [lines, places] = [[], []];
  cells.forEach((cell, index) => {
    if (cell.cell_type !== "code") return;
    for (const [i, line] of [...joined(cell.source).split("\n"), ";"].entries()) {
      lines.push(line); // the semicolon keeps a cell's end apart from what the next begins with
      places.push({ cell: index, line: i + 1 });
    }
  });
  return { text: `${lines.join("\n")}\n`, places };
}

/**
 * @param paths of notebooks inside the project, so that "unroll" is found by its name
 * @returns the errors, a text each: "01-recurrent-neurons, cell 3, line 2: TS2322: Type …"
 */
export function notebookTypeErrors(paths, { root = ROOT, folder = join(root, ".cache", "notebook-types") } = {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const modules = new Map();
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

function placed(text, modules) {
  const found = /^(?<file>[^()\n]+)\((?<line>\d+),\d+\): error (?<what>[\s\S]*)$/.exec(text)?.groups;
  const module = modules.get(found?.file);
  if (!module) return text;
  const line = Math.min(Number(found.line), module.places.length); // what is never closed is told of after the last line
  const place = module.places[line - 1];
  return `${module.name}, cell ${place.cell}, line ${place.line}: ${found.what}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = findNotebooks(process.argv.slice(2), join(ROOT, "notebooks"));
  const errors = notebookTypeErrors(paths);
  for (const error of errors) console.log(error);
  if (errors.length === 0) console.log(`${paths.length} notebooks have no type errors`);
  process.exitCode = errors.length === 0 ? 0 : 1;
}
