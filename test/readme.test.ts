// README is short, and its lines and those of docs/compile.md are typed and run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../scripts/setup/paths.mjs";
import { canCompile } from "../src/compile";
import { blocksOf, DOCUMENTS, documentText } from "./docs/documents";
import { examples, project, TSC } from "./docs/readme-project";
import { buildFirst } from "./scripts/built";

buildFirst();

test.skipIf(!canCompile())(
  "docs/compile.md: the examples are typed and run; eager and compiled steps, scan and stream",
  () => {
    const { node } = project(examples("compile"));
    expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
    const { status, stdout, stderr } = node("example.js");
    expect(status, stderr).toBe(0);
    expect(stdout.match(/^\d\.\d+$/gm)).toHaveLength(20); // the losses of two loops of ten steps
    expect(stdout.match(/^Float32Array\(10\)/gm)).toHaveLength(28);
  },
);

const WORDS = 1000;
const BLOCKS = /^```[\s\S]*?^```/gm;

test("README has at most 1,000 words, code included, and shows before it tells", () => {
  const readme = documentText("README.md");
  expect(readme.split(/\s+/).filter((word) => /\w/.test(word)).length).toBeLessThanOrEqual(WORDS);
  const [commands, lines] = [...readme.matchAll(BLOCKS)].map(([block]) => block.split("\n").length - 2);
  expect([commands, lines]).toEqual([2, 15]);
});

test.skipIf(!canCompile())("README's lines from data to a plot are typed, and run", () => {
  const { node } = project(examples("README.md"));
  expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
  const { status, stdout, stderr } = node("example.js");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/The next value/);
});

test("the examples of every document are run, here or in readme.slow.test.ts", () => {
  const tests = ["readme.test.ts", "readme.slow.test.ts"].map((name) => readFileSync(join(__dirname, name), "utf8"));
  const run = [...tests.join("").matchAll(/project\(examples\(([^)]*)\)\)/g)].flatMap(
    ([, names = ""]) => names.match(/[\w.-]+/g) ?? [],
  );
  const withExamples = DOCUMENTS.filter((path) => blocksOf(path).length > 0);
  expect(run.sort()).toEqual(withExamples.map((path) => path.replace(/^docs\/(.*)\.md$/, "$1")).sort());
});
