import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEnglishFrench, readSentencePairs, type SentencePair, splitPairs } from "../../../../src/data";
import { dataErrorOf, realFolder, temporaryFolder } from "../../support";
import { alone } from "./support";

const bytesOf = (text: string) => new TextEncoder().encode(text);

test.skipIf(!realFolder)(
  "loadEnglishFrench() gives 142,787 pairs of 98,659 English sentences, in the file's order",
  async () => {
    const { pairs, skipped, source } = await loadEnglishFrench(alone({ folder: realFolder as string }));
    expect([pairs.length, skipped, source.kind]).toEqual([142_787, 0, "real"]);
    expect(pairs[0]).toEqual({ english: "Go.", french: "Va !" });
    expect(new Set(pairs.map(({ english }) => english)).size).toBe(98_659);
  },
);

test("readSentencePairs leaves out lines without a tab and empty sentences, counts them, and tells the first", () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const text = "Go.\tVa !\nno tab\n\nHi.\t\n\tSalut.\nRun!\tCours !\tby someone\r\n Wait. \t Attends. ";
  expect(readSentencePairs(bytesOf(text), "own.txt", { log })).toEqual({
    pairs: [
      { english: "Go.", french: "Va !" },
      { english: "Run!", french: "Cours !" },
      { english: "Wait.", french: "Attends." },
    ],
    skipped: 4,
  });
  expect(lines).toEqual([
    "own.txt: 4 lines were left out, because they have no two sentences with a tab between them: the first is line 2",
  ]);
  readSentencePairs(bytesOf("Go.\tVa !\n"), "own.txt", { log });
  expect(lines).toHaveLength(1);
});

test("readSentencePairs: lines may end at \\r, a mark of the byte order is dropped; UTF-16 and what is no bytes are refused", async () => {
  const right = [
    { english: "Go.", french: "Va !" },
    { english: "Hi.", french: "Salut." },
  ];
  for (const text of ["Go.\tVa !\rHi.\tSalut.\r", "\ufeffGo.\tVa !\r\nHi.\tSalut.\r\n", "Go.\tVa !\r\r\nHi.\tSalut."]) {
    expect(readSentencePairs(bytesOf(text), "own.txt")).toEqual({ pairs: right, skipped: 0 });
  }
  const wide = Buffer.from("Go.\tVa !\n", "utf16le");
  const message = async (bytes: unknown) =>
    (await dataErrorOf(() => readSentencePairs(bytes as Buffer, "own.txt"))).message;
  expect(await message(wide)).toBe("own.txt: line 1: expected UTF-8 text, got U+0000, as in UTF-16");
  for (const nothing of [undefined, "Go.\tVa !", ["Go."]])
    expect(await message(nothing)).toContain("own.txt: content: expected");
});

test("readSentencePairs keeps scripts of both directions as they are, and refuses bytes that are not UTF-8", async () => {
  const mixed = "I said שלום.\tJ'ai dit שלום.";
  expect(readSentencePairs(bytesOf(mixed), "own.txt").pairs).toEqual([
    { english: "I said שלום.", french: "J'ai dit שלום." },
  ]);
  const wrong = await dataErrorOf(() => readSentencePairs(Uint8Array.of(0x47, 0x6f, 0x09, 0xe9, 0x0a), "own.txt"));
  expect(wrong.message).toBe("own.txt: byte 3: expected UTF-8, got 0xe9");
  const option = await dataErrorOf(() => readSentencePairs(bytesOf(mixed), "own.txt", { quiet: true } as never));
  expect(option.message).toContain("also quiet");
});

test("loadEnglishFrench() without the file generates pairs, the same at every call, and one line says so", async () => {
  const lines: string[] = [];
  const { pairs, skipped, source } = await loadEnglishFrench(alone({ log: (line) => void lines.push(line) }));
  expect(lines).toEqual([
    expect.stringMatching(/^stand-in data: sentences .*fra.txt could not be had \(no mirror was given\)/),
  ]);
  expect([pairs.length, skipped, source.kind]).toEqual([1_200, 0, "stand-in"]);
  expect(pairs).toContainEqual({ english: "She sees the green house.", french: "Elle voit la maison verte." });
  expect(new Set(pairs.map(({ english }) => english)).size).toBe(1_200);
  expect((await loadEnglishFrench(alone())).pairs).toEqual(pairs);
});

test("loadEnglishFrench({ standIn: false }) throws without the file; a wrong file in the folder is refused", async () => {
  expect((await dataErrorOf(() => loadEnglishFrench(alone({ standIn: false })))).message).toContain(
    "loadEnglishFrench: fra.txt: expected it in a folder, the cache or a mirror",
  );
  for (const name of ["fra.txt", "fra.txt.gz"]) {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "tatoeba-fra-eng"));
    writeFileSync(join(folder, "tatoeba-fra-eng", name), "Go.\tVa !\n");
    expect((await dataErrorOf(() => loadEnglishFrench(alone({ folder })))).message).toMatch(/bytes, got 9$/);
  }
});

const pairs: SentencePair[] = Array.from({ length: 60 }, (_, i) => ({ english: `s${i % 20}`, french: `f${i}` }));

test("splitPairs(pairs, { testSize, validationSize, seed }) has every pair once, and each English sentence on one side", () => {
  const { train, validation, test: held } = splitPairs(pairs, { testSize: 5, validationSize: 3, seed: 1 });
  expect([train.length, validation.length, held.length]).toEqual([36, 9, 15]);
  const texts = (part: readonly SentencePair[]) => part.map(({ french }) => french);
  expect([...train, ...validation, ...held].map(({ french }) => french).sort()).toEqual(texts(pairs).sort());
  const sides = [train, validation, held].map((part) => new Set(part.map(({ english }) => english)));
  expect(sides.reduce((sum, { size }) => sum + size, 0)).toBe(20);
});

test("splitPairs: the seed fixes the split and its SHA-256; sameSentence joins sentences", () => {
  const once = splitPairs(pairs, { testSize: 5, seed: 1 });
  expect(splitPairs(pairs, { testSize: 5, seed: 1 })).toEqual(once);
  const other = splitPairs(pairs, { testSize: 5, seed: 2 });
  expect([other.sha256 === once.sha256, other.test]).not.toEqual([true, once.test]);
  expect(other.sha256).not.toBe(once.sha256);
  const hash = createHash("sha256");
  for (const name of ["train", "validation", "test"] as const) {
    hash.update(JSON.stringify([name, once[name].map(({ english, french }) => [english, french])]));
  }
  expect(once.sha256).toBe(hash.digest("hex"));
  const cased = [
    { english: "Go.", french: "Va." },
    { english: "GO.", french: "Allez." },
    { english: "Wait.", french: "Attends." },
  ];
  const lower = splitPairs(cased, { testSize: 1, sameSentence: (english) => english.toLowerCase() });
  expect([lower.train.length, lower.test.length].sort()).toEqual([1, 2]);
});

test("splitPairs refuses wrong options and pairs by name", async () => {
  const refused = async (given: object, list: unknown = pairs) =>
    (await dataErrorOf(() => splitPairs(list as SentencePair[], given as never))).message;
  expect(await refused({ testSize: 20 })).toBe("splitPairs: testSize: expected a whole number from 0 to 19, got 20");
  expect(await refused({ testSize: 15, validationSize: 5 })).toContain(
    "validationSize: expected a whole number from 0 to 4",
  );
  expect(await refused({})).toContain("testSize");
  expect(await refused({ testSize: 1, size: 2 })).toContain("also size");
  expect(await refused({ testSize: 1, seed: 0.5 })).toContain("seed");
  expect(await refused({ testSize: 1, sameSentence: "lower" })).toContain("sameSentence: expected a function");
  expect(await refused({ testSize: 1 }, [{ english: "Go." }])).toContain("pairs[0]: expected { english, french }");
  expect(await refused({ testSize: 1 }, "text")).toContain("pairs: expected a list");
  const unnamed = { testSize: 1, sameSentence: (() => undefined) as never };
  const error = await dataErrorOf(() => splitPairs([{ english: "Go.", french: "Va !" }], unnamed));
  expect(error.message).toBe('splitPairs: sameSentence("Go."): expected a text, got undefined');
});
