// Strict types in notebooks: what is found, and that it is told by notebook, cell and line.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { moduleOf, notebookTypeErrors } from "../../scripts/checks/notebook-types.mts";
import type { Cell } from "../../scripts/setup/jupyter/notebook-file.mjs";
import { ROOT } from "../../scripts/setup/paths.mjs";

const code = (source: string | string[]): Cell => ({ cell_type: "code", source });
const prose = { cell_type: "markdown", source: "# Prose" };

/** The errors of a notebook with these cells, between two whose types are right. */
function errorsOf(...cells: Cell[]): string[] {
  const folder = join(ROOT, ".cache", "test", `notebook-types-${process.pid}`); // inside the project: it imports "unroll"
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  const all = { "a-good": [code("const a = 1;")], "b-tried": cells, "c-good": [code("export {};\nconst a = 2;")] };
  const paths = Object.entries(all).map(([name, list]) => {
    writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify({ cells: list }));
    return join(folder, `${name}.ipynb`);
  });
  return notebookTypeErrors(paths, { folder: join(folder, "modules") });
}

test("later cells see what earlier ones declare, cells may await, and the package is found with its types", () => {
  const first = code(['import { Random } from "unroll/data";\n', "await Promise.resolve();\n", "const n = 1"]);
  expect(errorsOf(prose, first, code("(async () => n)();\nconst m: number = new Random(n).uniform();"))).toEqual([]);
});

test("an error is told with notebook, cell and line, as are all of them", () => {
  expect(
    errorsOf(prose, code("const n = 1;"), prose, code("// two\nconst text: string = n;"), code("n.length")),
  ).toEqual([
    "b-tried, cell 3, line 2: TS2322: Type 'number' is not assignable to type 'string'.",
    "b-tried, cell 4, line 1: TS2339: Property 'length' does not exist on type '1'.",
  ]);
});

test.each([
  ["what the package has not", 'import { noSuchThing } from "unroll/data";', "TS2305"],
  ["what is any without being told (strict)", "const f = (x) => x;", "TS7006"],
  ["what may be undefined (strict)", "const first = [1].find((x) => x > 1) + 1;", "TS2532"],
  ["a name that two cells declare", "const n = 2;", "TS2451"],
  ["a variable before its cell", "console.log(later);", "TS2448"],
])("%s is an error", (_, source, code_) => {
  const errors = errorsOf(code("const n = 1;"), code(source), code("const later = n;"));
  expect(errors.some((error) => error.startsWith("b-tried, cell 1, line 1: ") && error.includes(code_))).toBe(true);
});

test("a bracket that is never closed is an error at the last line", () => {
  expect(errorsOf(code("const f = () => {"), code("const n = 1;"))).toEqual([
    expect.stringMatching(/^b-tried, cell [12], line \d: TS1005: '}' expected/),
  ]);
});

test("each line of the module knows its cell, across prose and cells stored as lists", () => {
  const { text, places } = moduleOf({ cells: [prose, code(["a;\n", "b"]), code("c")] });
  expect(text).toBe("a;\nb\n;\nc\n;\n");
  expect(places[1]).toEqual({ cell: 1, line: 2 });
  expect(places[3]).toEqual({ cell: 2, line: 1 });
});
