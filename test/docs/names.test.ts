// docs/names.md: what its column of ours calls a class or function is exported.
import { expect, test } from "vitest";
import * as compile from "../../src/compile";
import * as data from "../../src/data";
import * as rnn from "../../src/rnn";
import * as seq2seq from "../../src/seq2seq";
import * as tf from "../../src/tf";
import * as train from "../../src/train";
import { documentText } from "./documents";

const EXPORTED = new Set([compile, data, rnn, seq2seq, train, tf].flatMap((room) => Object.keys(room)));

test("every class and called function in the table of Keras's and PyTorch's names is exported", () => {
  const [, table = ""] = documentText("docs/names.md").split("\n## Keras and PyTorch\n");
  const rows = [...(table.split("\n## ")[0] ?? "").matchAll(/^\|.*\| (.*) \|$/gm)].map(([, ours = ""]) => ours);
  const code = rows.flatMap((ours) => ours.match(/`[^`]+`/g) ?? []);
  const names = code.flatMap((span) => span.match(/(?<![.\w])(?:[A-Z]\w+|[a-z]\w*(?=\())/g) ?? []);
  expect(rows.length).toBeGreaterThan(40);
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !EXPORTED.has(name))).toEqual([]);
});
