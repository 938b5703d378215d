// Notebooks' code: what is refused, and what --fix makes of a cell.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { formatNotebooks, notebookFormatErrors } from "../../../scripts/checks/notebook-format.mts";
import { findNotebooks } from "../../../scripts/notebooks/find.mts";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { temporaryFolder } from "../../temporary-folder";

const code = (source: string | string[]) => ({
  cell_type: "code",
  id: "x",
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
});
const prose = { cell_type: "markdown", id: "p", source: "# Prose", metadata: {} };

/** A notebook with these cells after prose, in a folder of its own beside one for Biome's copies. */
function notebook(...cells: object[]) {
  const folder = temporaryFolder();
  const copies = join(ROOT, ".cache", "test", `notebook-format-${process.pid}`);
  onTestFinished(() => rmSync(copies, { recursive: true, force: true }));
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { recursive: true });
  const path = join(folder, "a.ipynb");
  writeFileSync(path, JSON.stringify({ cells: [prose, ...cells], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return { path, copies };
}

function errorsOf(...cells: object[]): string[] {
  const { path, copies } = notebook(...cells);
  return notebookFormatErrors([path], copies);
}

test("code as the sources have it passes: names of earlier cells, awaits, imports, stored as lists or texts", () => {
  const first = code(['import { join } from "node:path";\n', "\n", "const names = await Promise.all([join]);"]);
  expect(errorsOf(first, code("console.log(names.length);"))).toEqual([]);
});

test.each([
  ["a cell that is not formatted", "const a = 1\nconsole.log(a)", "a, cell 1: not formatted"],
  [
    "a line of more than 100 columns",
    `// ${"x".repeat(100)}\nconsole.log(1);`,
    "a, cell 1: line 1: 103 columns; 100 are the most",
  ],
  [
    "a cast",
    "const a: unknown = 1;\nconsole.log(a as number);",
    "a, cell 1: line 2: a cast; a type argument or a typed function says it",
  ],
  [
    "a const assertion",
    "const a = [1] as const;\nconsole.log(a);",
    "a, cell 1: line 1: a cast; a type argument or a typed function says it",
  ],
  [
    "a name that nothing uses",
    "const unused = 1;",
    "a, cell 1, line 1: lint/correctness/noUnusedVariables: This variable unused is unused.",
  ],
])("%s is refused", (_, source, complaint) => {
  expect(errorsOf(code(source))).toEqual([complaint]);
});

const lines = (count: number) => Array.from({ length: count }, (_, i) => `console.log(${i});`).join("\n");

test("a cell has at most 15 lines: blank lines and imports do not count, comments do", () => {
  const imports = 'import { join } from "node:path";\nimport { tmpdir } from "node:os";';
  const sorted = imports.split("\n").reverse().join("\n");
  expect(errorsOf(code(`${sorted}\n\nconsole.log(join, tmpdir);\n\n${lines(14)}`))).toEqual([]);
  expect(errorsOf(code(`// a comment\n${lines(15)}`))).toEqual(["a, cell 1: 16 lines; 15 are the most"]);
});

test("--fix formats the cells where they stand, and keeps all else", () => {
  const { path, copies } = notebook(code("const a = {b:1}\nconsole.log(a)"), prose);
  expect(formatNotebooks([path], copies)).toBe(1);
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  expect(cells[1]).toEqual(code(["const a = { b: 1 };\n", "console.log(a);"]));
  expect([cells[0], cells[2]]).toEqual([prose, prose]);
  expect(formatNotebooks([path], copies)).toBe(0);
});

test("the project's notebooks keep to the rules", () => {
  const copies = join(ROOT, ".cache", "test", `notebook-format-all-${process.pid}`);
  onTestFinished(() => rmSync(copies, { recursive: true, force: true }));
  mkdirSync(copies, { recursive: true });
  expect(notebookFormatErrors(findNotebooks([], join(ROOT, "notebooks")), copies)).toEqual([]);
});
