// docs/names.md: the names of other libraries are theirs (test/golden/names has what the libraries themselves list), and ours are exported.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as compile from "../../src/compile";
import * as data from "../../src/data";
import * as notebook from "../../src/notebook";
import * as plot from "../../src/plot";
import * as rnn from "../../src/rnn";
import * as seq2seq from "../../src/seq2seq";
import * as tf from "../../src/tf";
import * as train from "../../src/train";
import { ROOT } from "../imports";
import { documentText } from "./documents";

const EXPORTED = new Set([compile, data, notebook, plot, rnn, seq2seq, train, tf].flatMap((room) => Object.keys(room)));

/** A column's heading, and the libraries whose names it has. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  Keras: ["keras", "tensorflow2"],
  PyTorch: ["torch"],
  "TensorFlow 1.x": ["tensorflow1"],
  gensim: ["gensim"],
};

/** The cells of the page's tables by the headings of their columns. */
function columns(): Map<string, string[]> {
  const cells = new Map<string, string[]>();
  let headings: string[] = [];
  for (const line of documentText("docs/names.md").split("\n")) {
    const row = line.startsWith("| ") ? line.slice(2, -2).split(" | ") : undefined;
    if (row === undefined) headings = [];
    else if (headings.length === 0) headings = row;
    else if (!/^-/.test(row[0] ?? "")) for (const [i, cell] of row.entries()) add(cells, headings[i] ?? "", cell);
  }
  return cells;
}
const add = (cells: Map<string, string[]>, heading: string, cell: string) =>
  cells.set(heading, [...(cells.get(heading) ?? []), cell]);

/** What stands in a cell as code. */
const codeOf = (cell: string) => (cell.match(/`[^`]+`/g) ?? []).map((span) => span.slice(1, -1));

type Library = {
  readonly parameters: (name: string) => string[] | undefined;
  readonly isParameter: (word: string) => boolean;
};

function library(files: readonly string[]): Library {
  const read = files.map(
    (file) => JSON.parse(readFileSync(join(ROOT, `test/golden/names/${file}.json`), "utf8")).names,
  );
  const names = Object.assign({}, ...read) as Record<string, string>;
  const all = new Set(Object.values(names).flatMap((text) => text.split(" ")));
  const byEnd = new Map<string, string[]>();
  for (const [name, text] of Object.entries(names)) {
    const parts = name.split(".");
    for (const i of parts.keys()) {
      const end = parts.slice(i).join(".");
      byEnd.set(end, [...(byEnd.get(end) ?? []), ...text.split(" ").filter(Boolean)]);
    }
  }
  return { parameters: (name) => byEnd.get(name.replace(/^(tf|torch)\./, "")), isParameter: (word) => all.has(word) };
}

/**
 * The words of a piece of code that the library does not have: `LSTM(units, dropout=p)` is a name and two of its parameters;
 * `learning_rate` is a name or anything's parameter. Words of one letter stand for values, and so does what follows "=".
 */
function unknownWords(code: string, { parameters, isParameter }: Library): string[] {
  if (code.startsWith(".")) return []; // a file's ending
  const [, head = "", list] = /^([\w.]+)(?:\((.*)\)|=[\w.]+)?$/.exec(code) ?? [];
  const known = parameters(head) ?? (list === undefined && isParameter(head) ? [] : undefined);
  if (known === undefined) return [code];
  const words = (list ?? "").split(/,\s*/).map((word) => word.replace(/=.*/, ""));
  return words.filter((word) => word.length > 1 && !known.includes(word)).map((word) => `${head}: ${word}`);
}

for (const [heading, files] of Object.entries(LIBRARIES)) {
  test(`every name in the column ${heading} is one that ${files.join(" or ")} has, with these parameters`, () => {
    const codes = (columns().get(heading) ?? []).flatMap(codeOf);
    expect(codes.length).toBeGreaterThan(heading === "gensim" ? 5 : 60);
    const known = library(files);
    expect(codes.flatMap((code) => unknownWords(code, known))).toEqual([]);
  });
}

test("a wrong name and a wrong parameter are found", () => {
  const keras = library(["keras"]);
  expect(unknownWords("LSTM(n, hidden_size=n)", keras)).toEqual(["LSTM: hidden_size"]);
  expect(unknownWords("nn.LSTM(d, n)", keras)).toEqual(["nn.LSTM(d, n)"]);
  expect(unknownWords("hidden_size", keras)).toEqual(["hidden_size"]);
});

test("every class and called function in the column of ours is exported", () => {
  const names = (columns().get("Unroll") ?? [])
    .flatMap(codeOf)
    .flatMap((code) => code.match(/(?<![.\w"/])(?:[A-Z]\w+|[a-z]\w*(?=\())/g) ?? []);
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !EXPORTED.has(name))).toEqual([]);
});
