import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadSentencePolarity } from "../../../../src/data";
import { sentencesOf } from "../../../../src/data/sources/text/sentence-polarity";
import { dataErrorOf, realFolder, temporaryFolder } from "../../support";
import { alone } from "./support";

test.skipIf(!realFolder)("loadSentencePolarity() gives 5,331 sentences of each kind with 224,073 tokens", async () => {
  const { positive, negative, source } = await loadSentencePolarity(alone({ folder: realFolder as string }));
  expect([positive.length, negative.length, source.kind]).toEqual([5_331, 5_331, "real"]);
  expect([positive[2], negative.at(-1)]).toEqual([
    "effective but too-tepid biopic",
    "enigma is well-made , but it's just too dry and too placid .",
  ]);
  const tokens = [...positive, ...negative].map((sentence) => sentence.split(/ +/));
  const lengths = tokens.map((each) => each.length);
  expect([lengths.reduce((sum, n) => sum + n, 0), Math.max(...lengths), new Set(tokens.flat()).size]).toEqual([
    224_073, 59, 21_401,
  ]);
});

test("sentencesOf(bytes) ends a line at \\n only, and drops the blanks at its ends", () => {
  const bytes = Buffer.from("one\u0085line\u2028still one . \nanother\r one\n");
  expect(sentencesOf(bytes, "a.pos")).toEqual(["one\u0085line\u2028still one .", "another\r one"]);
  expect(sentencesOf(Buffer.from("no end"), "a.pos")).toEqual(["no end"]);
});

test("sentencesOf refuses an empty line and bytes that are not UTF-8, and names file, line and byte", async () => {
  expect((await dataErrorOf(() => sentencesOf(Buffer.from("a\n \nb\n"), "a.pos"))).message).toBe(
    "a.pos: line 2: expected a sentence, got an empty line",
  );
  expect((await dataErrorOf(() => sentencesOf(Buffer.from("caf\xe9 .\n", "latin1"), "a.pos"))).message).toBe(
    "a.pos: byte 3: expected UTF-8, got 0xe9",
  );
});

test("loadSentencePolarity() without the files generates sentences, the same at every call, and one line says so", async () => {
  const lines: string[] = [];
  const { positive, negative, source } = await loadSentencePolarity(alone({ log: (line) => void lines.push(line) }));
  expect(lines).toEqual([
    expect.stringMatching(
      /^stand-in data: sentences .*rt-polarity.pos, rt-polarity.neg could not be had \(no mirror was given\)/,
    ),
  ]);
  expect([positive.length, negative.length, source.kind]).toEqual([600, 600, "stand-in"]);
  expect(await loadSentencePolarity(alone())).toEqual({ positive, negative, source });
  expect(positive.some((sentence) => sentence.includes("never dull"))).toBe(true);
});

test("loadSentencePolarity({ standIn: false }) throws without the files; a wrong file in the folder is refused", async () => {
  const error = await dataErrorOf(() => loadSentencePolarity(alone({ standIn: false })));
  expect(error.message).toBe(
    "loadSentencePolarity: rt-polarity.pos, rt-polarity.neg: expected them in a folder, the cache or a mirror, got no mirror was given",
  );
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sentence-polarity"));
  writeFileSync(join(folder, "sentence-polarity", "rt-polarity.pos"), "good .\n");
  expect((await dataErrorOf(() => loadSentencePolarity(alone({ folder })))).message).toContain(
    "expected 626334 bytes, got 7",
  );
});
