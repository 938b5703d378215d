// The kernel's converter beside folders that change while it runs, its messages when there are many, and the forms of
// TypeScript that it takes.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { temporaryFolder } from "../support";

const CELLS = `
const { mkdirSync, writeFileSync } = require("node:fs");
const [tslab, mend] = process.argv.slice(1);
if (mend) require(mend).mendTimers(tslab);
const converter = require(tslab + "/dist/converter.js").createConverter();
const diagnostics = (cell) => converter.convert("", cell).diagnostics.length;
(async () => {
  console.log(diagnostics('import { size } from "./shelf/books"; size;'));
  mkdirSync("shelf");
  writeFileSync("shelf/books.ts", "export const size = 3;");
  await new Promise((resolve) => setTimeout(resolve, 1500)); // TypeScript has seen it
  console.log(diagnostics('import { size } from "./shelf/books"; const twice: number = 2 * size;'));
  converter.close();
})();`;

const run = (...mend: string[]) =>
  spawnSync(process.execPath, ["-e", CELLS, join(ROOT, "node_modules", "tslab"), ...mend], {
    cwd: temporaryFolder(),
    encoding: "utf8",
  });

test("a file that an import asked for in vain may be written afterwards: the next cell finds it", () => {
  const { stdout, stderr } = run(join(ROOT, "scripts", "setup", "jupyter", "tslab-kernel.cjs"));
  expect(stderr).toBe("");
  expect(stdout.split("\n").slice(0, 2)).toEqual(["1", "0"]);
});

test("tslab by itself still breaks there; when it no longer does, its timers need no mending", () => {
  expect(run().stderr).toContain("Unexpected pending rebuildTimer");
});

const MESSAGES = `
const [tslab, mend] = process.argv.slice(1);
const zmq = require(require.resolve("zeromq", { paths: [tslab] }));
if (mend) require(mend).mendPublishing(tslab);
(async () => {
  const publisher = new zmq.Publisher();
  await publisher.bind("tcp://127.0.0.1:*");
  const refused = new Set();
  for (let i = 0; i < 700; i++) {
    for (const part of ["text", "figure"]) {
      try {
        publisher.send([part]).catch(({ message }) => refused.add(message));
      } catch ({ message }) {
        refused.add(message);
      }
    }
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  publisher.close();
  console.log([...refused].join());
})();`;

const publish = (...mend: string[]) =>
  spawnSync(process.execPath, ["-e", MESSAGES, join(ROOT, "node_modules", "tslab"), ...mend], { encoding: "utf8" });

test("a cell may show what it likes, two things at a time and without end", () => {
  const { stdout, stderr } = publish(join(ROOT, "scripts", "setup", "jupyter", "tslab-kernel.cjs"));
  expect([stdout, stderr]).toEqual(["\n", ""]);
});

test("a publisher by itself still refuses; when it no longer does, it needs no mending", () => {
  expect(publish().stdout).toMatch(/^Socket is busy writing/);
});

/** Runs groups of cells as the kernel does, each group in an empty notebook, and prints what each cell prints. */
const EXECUTE = `
const { format } = require("node:util");
const [tslab, groups, mend] = process.argv.slice(1);
if (mend) require(mend).mendCells(tslab);
const node = require(tslab + "/dist/converter.js").createConverter();
const { createExecutor } = require(tslab + "/dist/executor.js");
const executor = createExecutor(process.cwd(), { node, close: () => node.close() }, console);
const { log } = console;
(async () => {
  const printed = [];
  for (const cells of JSON.parse(groups)) {
    executor.reset();
    const group = [];
    for (const cell of cells) {
      const lines = [];
      console.log = console.error = (...values) => lines.push(format(...values).split("\\n")[0]);
      await executor.execute(cell);
      group.push(lines.join("; "));
    }
    printed.push(group);
  }
  log(JSON.stringify(printed));
  executor.close();
})();`;

/** What each cell of each group prints; without `mend`, in tslab as it is. */
function executed(groups: readonly (readonly string[])[], ...mend: string[]): string[][] {
  const args = ["-e", EXECUTE, join(ROOT, "node_modules", "tslab"), JSON.stringify(groups), ...mend];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: temporaryFolder(), encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const DECLARED = `
import { join } from "node:path";
import * as os from "node:os";
import util from "node:util";
const accuracy = 0.9;
let count = 1;
const list = [1, 2];
const found = { best: 3, last: 4 };
function twice(x: number) { return 2 * x; }
class Cell { units = 5; }
enum Mode { Static, Dynamic }`;

/** Forms in which a cell uses what `DECLARED` declares in an earlier one: its text, and what it prints. */
const FORMS: Record<string, [cell: string, prints: string]> = {
  "a shorthand property": ["({ accuracy })", "{ accuracy: 0.9 }"],
  "a shorthand property in depth": ["const o = { a: [{ accuracy }] };\nJSON.stringify(o)", '{"a":[{"accuracy":0.9}]}'],
  "a shorthand property that a function gives": ["const f = () => ({ accuracy });\nf()", "{ accuracy: 0.9 }"],
  "a shorthand property after an await": ["await Promise.resolve({ accuracy })", "{ accuracy: 0.9 }"],
  "a named import": ['({ join }).join("a", "b")', "a/b"],
  "an imported namespace": ["typeof ({ os }).os.cpus", "function"],
  "a default import": ["typeof ({ util }).util.format", "function"],
  "a function": ["({ twice }).twice(2)", "4"],
  "a class": ["new ({ Cell }).Cell().units", "5"],
  "an enum": ["({ Mode }).Mode.Dynamic", "1"],
  "a spread object": ["({ ...found, first: 2 })", "{ best: 3, last: 4, first: 2 }"],
  "a spread list": ["Math.max(...list)", "2"],
  "a default in a destructured object": ["const { none = accuracy } = found as { none?: number };\nnone", "0.9"],
  "a renamed property": ["const { best: most, last } = found;\n[most, last]", "[ 3, 4 ]"],
  "a renamed property in depth": ["const { best: { toFixed: fixed }, ...rest } = found;\nrest", "{ last: 4 }"],
  "a renamed property in a loop": ["for (const { best: most } of [found]) console.log(most);", "3"],
  "a renamed property in a parameter": ["const p = ({ best: most }: typeof found) => most;\np(found)", "3"],
  "a default in a destructured list": ["const [first = accuracy] = [undefined];\nfirst", "0.9"],
  "a default in a parameter": ["const g = ({ a = accuracy } = {}) => a;\ng()", "0.9"],
  "an assignment to a shorthand property": ["({ count } = { count: 7 });\ncount", "7"],
  "the same with a default": ["({ count = list.length } = {} as { count?: number });\ncount", "2"],
  "a parameter of the same name": ["const h = (accuracy: number) => ({ accuracy });\nh(1)", "{ accuracy: 1 }"],
};

/** Cells one after another, and what the last one prints. */
const SEQUENCES: Record<string, [cells: string[], prints: string]> = {
  "const declared again": [
    ["const accuracy = 0.9;", 'const accuracy = "high";', "({ accuracy })"],
    "{ accuracy: 'high' }",
  ],
  "const declared again by destructuring": [
    ["const accuracy = 0.9;", "const { accuracy } = { accuracy: 1 };", "({ accuracy })"],
    "{ accuracy: 1 }",
  ],
  "a class declared again": [["class A { a = 1 }", "class A { b = 2 }", "new ({ A }).A().b"], "2"],
  "a class that extends an earlier one": [["class A { a = 1 }", "class B extends A {}", "new B().a"], "1"],
  "a function declared again": [["function f() { return 1 }", "function f() { return 2 }", "({ f }).f()"], "2"],
  "export const": [["export const size = 3;", "({ size })"], "{ size: 3 }"],
  "export of a function, a class and types": [
    [
      "export function f() { return 1 }\nexport class A { b = f() }\nexport type N = number;\nexport interface I { n: N }",
      "const i: I = { n: new A().b };\n({ i, f: f() })",
    ],
    "{ i: { n: 1 }, f: 1 }",
  ],
  "export async function": [["export async function f() { return 1 }", "await f()"], "1"],
  "export { name }": [["const size = 3;", "export { size };", "({ size })"], "{ size: 3 }"],
  "export { name as other }": [
    ["const size = 3;", "export { size as width };", "({ size, width })"],
    "{ size: 3, width: 3 }",
  ],
  "export default": [["const size = 3;", "export default size;", "({ size })"], "{ size: 3 }"],
};

const MISTAKEN = "const size = 3;\nexport const o = { size }; const text: string = o.size;\nf({ missing });";

test("a cell uses earlier cells' names in every form of the language, and errors are told where the cell has them", () => {
  const forms = Object.values(FORMS).map(([cell]) => [DECLARED, cell]);
  const sequences = Object.values(SEQUENCES).map(([cells]) => cells);
  const groups = [...forms, ...sequences, [MISTAKEN]];
  const last = executed(groups, join(ROOT, "scripts", "setup", "jupyter", "tslab-kernel.cjs")).map((group) =>
    group.at(-1),
  );
  const all = { ...FORMS, ...SEQUENCES };
  const printed = Object.fromEntries(Object.keys(all).map((form, i) => [form, last[i]]));
  expect(printed).toEqual(Object.fromEntries(Object.entries(all).map(([form, [, prints]]) => [form, prints])));
  expect(last.at(-1)?.split("; ")).toEqual([
    "2:34 - Type 'number' is not assignable to type 'string'.",
    "3:1 - Cannot find name 'f'.",
    "3:5 - Cannot find name 'missing'.",
  ]);
}, 60_000);

test("tslab by itself still loses shorthand and export; when it no longer does, its cells need no mending", () => {
  const [[, lost, refused] = []] = executed([["const size = 3;", "({ size })", "export const width = 3;"]]);
  expect(lost).toMatch(/^evalmachine|^ReferenceError/);
  expect(refused).toMatch(/Cannot redeclare exported variable 'width'/);
}, 60_000);
