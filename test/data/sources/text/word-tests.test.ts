// Loaders of tests for word vectors: pairs with scores, and analogies.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadWordAnalogies, loadWordCorpus, loadWordSimilarity } from "../../../../src/data";
import { questionsOf } from "../../../../src/data/sources/text/word-analogies";
import { pairsByTabs, pairsOfMen } from "../../../../src/data/sources/text/word-pairs";
import { dataErrorOf, realFolder, temporaryFolder } from "../../support";
import { alone, wordCounts } from "./support";

const SETS = ["wordsim353", "simlex999", "men"] as const;

test.skipIf(!realFolder)(
  "the real files have the published counts, and the word corpus covers what its README says",
  async () => {
    const real = alone({ folder: realFolder as string });
    const counts = wordCounts((await loadWordCorpus(real)).text);
    const known = (...words: string[]) => words.every((word) => (counts.get(word.toLowerCase()) ?? 0) >= 5);
    const sets = await Promise.all(SETS.map((name) => loadWordSimilarity(name, real)));
    expect(sets.map(({ pairs }) => pairs.length)).toEqual([353, 999, 3_000]);
    expect(sets.map(({ pairs }) => pairs.filter((pair) => known(pair.first, pair.second)).length)).toEqual([
      292, 896, 1_934,
    ]);
    expect(sets.map(({ pairs }) => pairs[1])).toEqual([
      { first: "tiger", second: "cat", score: 7.35 },
      { first: "smart", second: "intelligent", score: 9.2 },
      { first: "automobile", second: "car", score: 50 },
    ]);
    const { questions, source } = await loadWordAnalogies(real);
    expect([questions.length, new Set(questions.map(({ category }) => category)).size, source.kind]).toEqual([
      19_544,
      14,
      "real",
    ]);
    expect(questions[0]).toEqual({
      category: "capital-common-countries",
      a: "Athens",
      b: "Greece",
      c: "Baghdad",
      d: "Iraq",
    });
    expect(questions.filter(({ a, b, c, d }) => known(a, b, c, d)).length).toBe(6_861);
  },
);

test("pairsByTabs(bytes) leaves comments out; pairsOfMen(bytes) the parts of speech", () => {
  const tabs = Buffer.from("# a comment\nold\tnew\t1.58\nJerusalem\tIsrael\t10\n");
  expect(pairsByTabs(tabs, "a.tsv", 10)).toEqual([
    { first: "old", second: "new", score: 1.58 },
    { first: "Jerusalem", second: "Israel", score: 10 },
  ]);
  const men = Buffer.from(",word1,word2,similarity\n0,sun-n,bright-j,50.0\n1,x-ray-n,run-v,0\n");
  expect(pairsOfMen(men, "men.csv", 50)).toEqual([
    { first: "sun", second: "bright", score: 50 },
    { first: "x-ray", second: "run", score: 0 },
  ]);
});

test.each([
  ["a line with blanks", "old new 1.58\n", "line 1: expected two words and a score, with tabs between them"],
  ["a line with four cells", "# c\nold\tnew\t1\t2\n", "line 2: expected two words"],
  ["an empty word", "old\t\t1\n", "line 1: expected two words"],
  ["an empty line", "old\tnew\t1\n\n", "line 2: expected two words"],
  ["a score beyond the scale", "old\tnew\t10.5\n", 'line 1: expected a score from 0 to 10, got "10.5"'],
  ["a score that is no number", "old\tnew\thigh\n", "line 1: expected a score from 0 to 10"],
  ["an empty score", "old\tnew\t\n", "line 1: expected a score from 0 to 10"],
])("pairsByTabs refuses %s", async (_, text, message) => {
  const error = await dataErrorOf(() => pairsByTabs(Buffer.from(text), "a.tsv", 10));
  expect(error.message).toContain(`a.tsv: ${message}`);
});

test.each([
  ["a missing column", ",word1,word2\n0,a-n,b-n\n", 'columns: expected one named "similarity"'],
  [
    "a word without its part of speech",
    ",word1,word2,similarity\n0,a-n,b,1\n",
    "line 2: expected a word that ends in -n",
  ],
  ["a score beyond the scale", ",word1,word2,similarity\n0,a-n,b-n,51\n", "line 2: expected a score from 0 to 50"],
])("pairsOfMen refuses %s", async (_, text, message) => {
  expect((await dataErrorOf(() => pairsOfMen(Buffer.from(text), "men.csv", 50))).message).toContain(
    `men.csv: ${message}`,
  );
});

test("questionsOf(bytes) gives each question its category, and refuses other lines", async () => {
  expect(
    questionsOf(Buffer.from(": capitals\nRome Italy Oslo Norway\n: plural\ncat cats dog dogs\n"), "q.txt"),
  ).toEqual([
    { category: "capitals", a: "Rome", b: "Italy", c: "Oslo", d: "Norway" },
    { category: "plural", a: "cat", b: "cats", c: "dog", d: "dogs" },
  ]);
  for (const [text, message] of [
    ["Rome Italy Oslo Norway\n", 'line 1: expected a category, ": name"'],
    [": \nRome Italy Oslo Norway\n", "line 1: expected a category's name after the colon"],
    [": a\nRome Italy Oslo\n", "line 2: expected four words with a blank between them"],
    [": a\nRome Italy Oslo Norway Paris\n", "line 2: expected four words"],
    [": a\nRome  Oslo Norway\n", "line 2: expected four words"],
  ] as const) {
    expect((await dataErrorOf(() => questionsOf(Buffer.from(text), "q.txt"))).message).toContain(`q.txt: ${message}`);
  }
});

test("without files, pairs and questions are about the words of the generated corpus, the same at every call", async () => {
  const lines: string[] = [];
  const options = alone({ log: (line) => void lines.push(line) });
  const counts = wordCounts((await loadWordCorpus(alone())).text);
  for (const [i, name] of SETS.entries()) {
    const { pairs, source } = await loadWordSimilarity(name, options);
    expect([pairs.length, source.kind]).toEqual([200, "stand-in"]);
    expect(pairs.every(({ first, second }) => first !== second && counts.has(first) && counts.has(second))).toBe(true);
    const most = [10, 10, 50][i] as number;
    expect(pairs.every(({ score }) => score >= 0 && score <= most)).toBe(true);
    expect(await loadWordSimilarity(name, alone())).toEqual({ pairs, source });
  }
  const { questions, source } = await loadWordAnalogies(options);
  expect([questions.length, source.kind]).toEqual([108, "stand-in"]);
  expect(questions.every(({ a, b, c, d }) => [a, b, c, d].every((word) => counts.has(word)))).toBe(true);
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line).toMatch(/^stand-in data: (pairs of words|questions) drawn .*word-eval\//);
});

test("standIn: false and a wrong file are refused; so is an unknown set", async () => {
  expect((await dataErrorOf(() => loadWordSimilarity("men", alone({ standIn: false })))).message).toContain("men.csv");
  expect((await dataErrorOf(() => loadWordAnalogies(alone({ standIn: false })))).message).toContain(
    "questions-words.txt",
  );
  // @ts-expect-error: the type refuses it too
  expect((await dataErrorOf(() => loadWordSimilarity("rw", alone()))).message).toContain(
    "name: expected wordsim353, simlex999, men, got rw",
  );
  const folder = temporaryFolder();
  mkdirSync(join(folder, "word-eval"));
  for (const name of ["wordsim353.tsv", "questions-words.txt"]) writeFileSync(join(folder, "word-eval", name), "x");
  expect((await dataErrorOf(() => loadWordSimilarity("wordsim353", alone({ folder })))).message).toContain(
    "7186 bytes, got 1",
  );
  expect((await dataErrorOf(() => loadWordAnalogies(alone({ folder })))).message).toContain("603955 bytes, got 1");
});
