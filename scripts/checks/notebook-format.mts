/**
 * The notebooks' code as the sources have it: formatted and linted by Biome, with the rules that a reader's page asks for.
 *
 *   node scripts/run.mjs checks/notebook-format [names…]          tells what is wrong; ends with 1 when something is
 *   node scripts/run.mjs checks/notebook-format --fix [names…]    formats the cells where they stand
 *
 * The rules: no line over 100 columns; at most 15 lines a cell; no cast. Blank lines and import statements do not count
 * as lines of a cell, comments do. A cast is `x as T`, `<T>x` or `x!`; `as const` is one too.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-5.0";
import { joined, notebookText } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { findNotebooks, readNotebook } from "../notebooks/find.mts";
import { moduleOf } from "./notebook-types.mts";

const COLUMNS = 100;
const LINES = 15;

/** A configuration of its own: Biome would skip the cache, which git ignores, and sources have wider lines. */
const BIOME = {
  root: true,
  vcs: { enabled: false },
  formatter: { indentStyle: "space", indentWidth: 2, lineWidth: COLUMNS },
  linter: { rules: { preset: "recommended" } },
};

/** A code cell of a notebook; `index` counts from 0, prose included. */
interface CodeCell {
  readonly path: string;
  readonly index: number;
  readonly source: string;
}

interface FormattedCell extends CodeCell {
  readonly formatted: string;
}

/** What Biome makes of each code cell. */
function formattedCells(paths: readonly string[], folder: string): FormattedCell[] {
  const files = paths.flatMap(codeCells).map((cell) => ({ ...cell, file: fileOf(cell) }));
  const cells = join(folder, "cells");
  mkdirSync(cells, { recursive: true });
  for (const { file, source } of files) writeFileSync(join(cells, file), `${source}\n`);
  biome(folder, ["check", "--write", "--linter-enabled=false", "cells"]);
  return files.map(({ file, ...cell }) => ({ ...cell, formatted: readFileSync(join(cells, file), "utf8").trimEnd() }));
}

/** Where Biome's linter complains of a notebook's cells, joined into a module: later cells use what earlier ones declare. */
function lintErrors(paths: readonly string[], folder: string): string[] {
  const modules = join(folder, "modules");
  mkdirSync(modules, { recursive: true });
  const made = new Map(paths.map((path) => [`${nameOf(path)}.ts`, moduleOf(readNotebook(path))]));
  for (const [file, { text }] of made) writeFileSync(join(modules, file), text.replaceAll(/^;\n/gm, "\n"));
  const told = biome(folder, ["lint", "--reporter=github", "--max-diagnostics=none", "modules"]);
  const complaint =
    /^::(?:error|warning) title=(?<rule>[^,]*),file=(?<file>[^,]*),line=(?<line>\d+).*?::(?<what>.*)$/gm;
  return [...told.matchAll(complaint)].map(({ groups: { rule, file = "", line, what = "" } = {} }) => {
    const name = basename(file);
    const place = made.get(name)?.places[Number(line) - 1];
    return `${name.slice(0, -3)}, cell ${place?.cell}, line ${place?.line}: ${rule}: ${decoded(what)}`;
  });
}

function biome(folder: string, args: readonly string[]): string {
  writeFileSync(join(folder, "biome.json"), JSON.stringify(BIOME));
  const command = [join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome"), ...args];
  const { stdout, stderr, error } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
  if (error) throw error;
  return stdout + stderr;
}

/** What a cell breaks of the rules for readers. */
function rulesBroken({ source }: CodeCell): string[] {
  const lines = source.split("\n");
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true);
  const wide = lines.findIndex((line) => [...line].length > COLUMNS);
  const counted = lines.filter((line, i) => line.trim() !== "" && !isImport(file, i)).length;
  const cast = firstCast(file);
  return [
    ...(wide < 0 ? [] : [`line ${wide + 1}: ${[...(lines[wide] ?? "")].length} columns; ${COLUMNS} are the most`]),
    ...(counted <= LINES ? [] : [`${counted} lines; ${LINES} are the most`]),
    ...(cast === undefined ? [] : [`line ${cast + 1}: a cast; a type argument or a typed function says it`]),
  ];
}

function isImport(file: ts.SourceFile, line: number): boolean {
  return file.statements.some((statement) => {
    if (!ts.isImportDeclaration(statement)) return false;
    const first = file.getLineAndCharacterOfPosition(statement.getStart(file)).line;
    return first <= line && line <= file.getLineAndCharacterOfPosition(statement.end).line;
  });
}

/** The line of the first cast, from 0. */
function firstCast(file: ts.SourceFile): number | undefined {
  let found: number | undefined;
  const visit = (node: ts.Node): void => {
    const isCast = ts.isAsExpression(node) || ts.isTypeAssertionExpression(node) || ts.isNonNullExpression(node);
    if (isCast) found ??= file.getLineAndCharacterOfPosition(node.getStart(file)).line;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function codeCells(path: string): CodeCell[] {
  return readNotebook(path).cells.flatMap(({ cell_type, source }, index) =>
    cell_type === "code" ? [{ path, index, source: joined(source) }] : [],
  );
}

const nameOf = (path: string) => basename(path, ".ipynb");
const fileOf = ({ path, index }: CodeCell) => `${nameOf(path)}-${String(index).padStart(3, "0")}.ts`;

/** A workflow command's text has its special signs written out. */
const decoded = (text: string) => text.replaceAll("%0A", " ").replaceAll("%25", "%").trim();

/** @returns the complaints, a text each: "01-recurrent-neurons, cell 3: not formatted" */
export function notebookFormatErrors(paths: readonly string[], folder = freshFolder()): string[] {
  const cells = formattedCells(paths, folder);
  const broken = cells.flatMap((cell) => {
    const problems = [...(cell.formatted === cell.source ? [] : ["not formatted"]), ...rulesBroken(cell)];
    return problems.map((problem) => `${nameOf(cell.path)}, cell ${cell.index}: ${problem}`);
  });
  return [...broken, ...lintErrors(paths, folder)];
}

/** Formats the cells where they stand. @returns how many were changed */
export function formatNotebooks(paths: readonly string[], folder = freshFolder()): number {
  const changed = formattedCells(paths, folder).filter(({ source, formatted }) => source !== formatted);
  for (const path of new Set(changed.map((cell) => cell.path))) {
    const document = readNotebook(path);
    const sources = new Map(changed.filter((cell) => cell.path === path).map((cell) => [cell.index, cell.formatted]));
    const cells = document.cells.map((cell, index) => {
      const formatted = sources.get(index);
      return formatted === undefined ? cell : { ...cell, source: formatted.split(/(?<=\n)/) };
    });
    writeFileSync(path, notebookText({ ...document, cells }));
  }
  return changed.length;
}

function freshFolder(): string {
  const folder = join(ROOT, ".cache", "notebook-format");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [fix, names] = [process.argv.includes("--fix"), process.argv.slice(2).filter((name) => name !== "--fix")];
  const paths = findNotebooks(names, join(ROOT, "notebooks"));
  if (fix) console.log(`formatted ${formatNotebooks(paths)} cells of ${paths.length} notebooks`);
  const errors = notebookFormatErrors(paths);
  for (const error of errors) console.log(error);
  if (errors.length === 0) console.log(`${paths.length} notebooks are formatted, and keep to the rules`);
  process.exitCode = errors.length === 0 ? 0 : 1;
}
