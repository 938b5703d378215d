// README is short; the examples of README and docs/ are typed, each page's by itself; README's and those of docs/compile.md run.
import { expect, test } from "vitest";
import { canCompile } from "../src/compile";
import { blocksOf, DOCUMENTS, documentText } from "./docs/documents";
import { project } from "./docs/readme-project";
import { buildFirst } from "./scripts/built";

buildFirst();
const { trouble, files, run } = project(DOCUMENTS);

test("every page's examples are typed by themselves, each block with the blocks above it", () => {
  expect(files).toBe(DOCUMENTS.flatMap(blocksOf).length);
  expect(trouble).toBe("");
});

test.skipIf(!canCompile())("docs/compile.md: the examples run; eager and compiled steps, scan and stream", () => {
  const { status, stdout, stderr } = run("compile");
  expect(status, stderr).toBe(0);
  expect(stdout.match(/^\d\.\d+$/gm)).toHaveLength(20); // the losses of two loops of ten steps
  expect(stdout.match(/^Float32Array\(10\)/gm)).toHaveLength(28);
});

const WORDS = 1000;
const BLOCKS = /^```[\s\S]*?^```/gm;

test("README has at most 1,000 words, code included, and shows before it tells", () => {
  const readme = documentText("README.md");
  expect(readme.split(/\s+/).filter((word) => /\w/.test(word)).length).toBeLessThanOrEqual(WORDS);
  const [commands, lines] = [...readme.matchAll(BLOCKS)].map(([block]) => block.split("\n").length - 2);
  expect([commands, lines]).toEqual([2, 15]);
});

test("every page shows before it tells: a block of code or a table stands within its first lines", () => {
  const late = DOCUMENTS.filter((path) => {
    const prose = documentText(path).split(/^(?:```|\||<picture>)/m)[0] ?? "";
    return prose.split(/\s+/).length > 40;
  });
  expect(late).toEqual([]);
});

test.skipIf(!canCompile())("README's lines from data to a plot run", () => {
  const { status, stdout, stderr } = run("README");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/The next value/);
});
