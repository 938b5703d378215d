// Loaders of texts: Shakespeare and the word corpus.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadShakespeare, loadWordCorpus } from "../../../../src/data";
import { dataErrorOf, realFolder, temporaryFolder } from "../../support";
import { alone, wordCounts } from "./support";

test.skipIf(!realFolder)("loadShakespeare() gives 40,000 lines of 65 characters", async () => {
  const { text, source } = await loadShakespeare(alone({ folder: realFolder as string }));
  expect([text.length, new Set(text).size, text.split("\n").length - 1]).toEqual([1_115_394, 65, 40_000]);
  expect([text.slice(0, 15), source.kind]).toEqual(["First Citizen:\n", "real"]);
});

test.skipIf(!realFolder)(
  "loadWordCorpus() gives four texts with the published number of words, and no marks",
  async () => {
    const { text, unknownMarks, source } = await loadWordCorpus(alone({ folder: realFolder as string }));
    const counts = wordCounts(text);
    const all = [...counts.values()];
    expect(text.map((piece) => piece.length)).toEqual([
      6_488_666,
      expect.any(Number),
      expect.any(Number),
      expect.any(Number),
    ]);
    expect([all.reduce((sum, n) => sum + n, 0), all.length, all.filter((n) => n >= 5).length]).toEqual([
      1_618_222, 36_290, 16_685,
    ]);
    expect([unknownMarks, text.join("").includes("<unk>"), source.kind]).toEqual([32_776, false, "real"]);
  },
);

test("loadShakespeare() without the file generates a play, the same at every call, and one line says so", async () => {
  const lines: string[] = [];
  const { text, source } = await loadShakespeare(alone({ log: (line) => void lines.push(line) }));
  expect(lines).toEqual([
    "stand-in data: scenes drawn by the program in place of Tiny Shakespeare, because input.txt could not be had (no " +
      "mirror was given). For the real ones, allow the network or set UNROLL_DATA to a folder that holds " +
      "tinyshakespeare/input.txt.",
  ]);
  expect(source).toEqual({ kind: "stand-in", description: "drawn in place of Tiny Shakespeare", from: [] });
  expect((await loadShakespeare(alone())).text).toBe(text);
  expect(text.length).toBeGreaterThan(40_000);
  for (const speech of text.trimEnd().split("\n\n"))
    expect(speech).toMatch(/^[A-Z][A-Za-z ]+:(\n[A-Z][a-z ]+[.;!?])+$/);
});

test("loadWordCorpus() without the files generates words of topics, the same at every call", async () => {
  const lines: string[] = [];
  const corpus = await loadWordCorpus(alone({ log: (line) => void lines.push(line) }));
  expect(lines).toEqual([expect.stringMatching(/^stand-in data: invented words .*UNROLL_DATA.* word-corpus\/big/)]);
  expect([corpus.source.kind, corpus.unknownMarks, corpus.text.length]).toEqual(["stand-in", 0, 1]);
  expect((await loadWordCorpus(alone())).text).toEqual(corpus.text);
  const counts = wordCounts(corpus.text);
  expect([counts.size, Math.min(...counts.values()) >= 5]).toEqual([270, true]); // 120 words of topics, plurals, 30 more
});

test("standIn: false refuses generated texts, and names the files", async () => {
  const play = await dataErrorOf(() => loadShakespeare(alone({ standIn: false })));
  expect(play.message).toBe(
    "loadShakespeare: input.txt: expected it in a folder, the cache or a mirror, got no mirror was given",
  );
  const corpus = await dataErrorOf(() => loadWordCorpus(alone({ standIn: false })));
  expect(corpus.message).toContain("loadWordCorpus: big.txt.gz, wikitext2-valid.txt");
});

test("loadShakespeare and loadWordCorpus refuse a wrong file in the named folder", async () => {
  const folder = temporaryFolder();
  for (const [name, file] of [
    ["tinyshakespeare", "input.txt"],
    ["word-corpus", "big.txt.gz"],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, file), "First Citizen:\n");
  }
  expect((await dataErrorOf(() => loadShakespeare(alone({ folder })))).message).toContain(
    "expected 1115394 bytes, got 15",
  );
  expect((await dataErrorOf(() => loadWordCorpus(alone({ folder })))).message).toContain(
    "expected 2373538 bytes, got 15",
  );
});
