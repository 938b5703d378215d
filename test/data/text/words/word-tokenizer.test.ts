import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { textLines, unknownCount, wordTokenizer } from "../../../../src/data";
import { cleaned } from "../../../../src/data/text/words/pattern";
import { dataErrorOf, temporaryFolder } from "../../support";
import { cutText, inPieces } from "../support";

const refusal = async (call: () => unknown) => (await dataErrorOf(call)).message;
const tokens = (text: string, options?: Parameters<typeof wordTokenizer>[1]) => {
  const tokenizer = wordTokenizer(text, options);
  return [...tokenizer.encode(text).data].map((id) => tokenizer.token(id));
};

test("wordTokenizer(text) gives ids in the order of falling count, ties in the order of first occurrence", () => {
  const tokenizer = wordTokenizer("the cat sat on the mat . the end");
  expect(Array.from({ length: 8 }, (_, id) => tokenizer.token(id))).toEqual([
    ...["<unk>", "the", "cat", "sat", "on", "mat", ".", "end"],
  ]);
  expect(tokenizer.counts()).toEqual({ data: Int32Array.of(0, 3, 1, 1, 1, 1, 1, 1), shape: [8] });
  expect(tokenizer.decode(tokenizer.encode("the end sat"))).toBe("the end sat");
  expect([tokenizer.kind, tokenizer.special, tokenizer.id("mat"), tokenizer.id("dog")]).toEqual([
    ...["words", { unknown: 0 }, 5, undefined],
  ]);
  expect(unknownCount(tokenizer, tokenizer.encode("the big dog"))).toBe(2);
  expect(tokenizer.encode(" \n").shape).toEqual([0]);
});

test("by default words are letters, numbers and _ joined by ' and -, or runs of other characters", () => {
  expect(tokens("Don't panic: it's the 21st-century, isn’t it?!")).toEqual([
    ...["Don't", "panic", ":", "it's", "the", "21st-century", ",", "isn’t", "it", "?!"],
  ]);
  expect(tokens("naïve cafe\u0301 Größe शब्द می‌خواهم 漢字。")).toEqual([
    ...["naïve", "café", "Größe", "शब्द", "می‌خواهم", "漢字", "。"],
  ]);
  expect(tokens("I ❤️ 👨‍👩‍👧!")).toEqual(["I", "❤️", "👨‍👩‍👧!"]);
});

test("pattern says what a word is; what it does not match leaves no id", () => {
  expect(tokens("👍a b", { pattern: /[^a\s]/ })).toEqual(["👍", "b"]);
  expect(tokens("It's --- fine.", { pattern: /\S+/ })).toEqual(["It's", "---", "fine."]);
  expect(tokens("It's fine, 2 of 3.", { pattern: /[a-z]+/giu })).toEqual(["It", "s", "fine", "of"]);
});

test("lowerCase, also of id(word)", () => {
  const tokenizer = wordTokenizer("The the THE ΟΔΟΣ İ", { lowerCase: true });
  expect(tokenizer.counts().data).toEqual(Int32Array.of(0, 3, 1, 1));
  expect([tokenizer.id("THE"), tokenizer.token(2)]).toEqual([1, "οδος"]);
});

test("lowerCase leaves no capital letter in any normal form, also of signs that NFKC makes letters of", () => {
  const compatible = wordTokenizer("𝐀 a ℃ ™", { lowerCase: true, normalize: "NFKC" });
  expect([1, 2, 3, 4].map(compatible.token)).toEqual(["a", "°", "c", "tm"]);
  for (const normalize of ["NFC", "NFD", "NFKC", "NFKD"] as const) {
    const left: string[] = [];
    for (let point = 0; point < 0x20000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const character = String.fromCodePoint(point);
      const clean = cleaned(character, { lowerCase: true, normalize });
      if (clean.toLowerCase() !== clean || clean.normalize(normalize) !== clean) left.push(character);
    }
    expect(left).toEqual([]);
  }
});

test("a word too long for the engine of regular expressions is refused; a long run without groups is a word", async () => {
  const long = "a-".repeat(5_000_000);
  expect(await refusal(() => wordTokenizer(long))).toMatch(/^wordTokenizer: text: expected words that the pattern can/);
  expect(await refusal(() => wordTokenizer("a").encode(long))).toMatch(/^encode: text: .*got 10000000 characters/);
  expect(wordTokenizer("ab".repeat(5_000_000)).vocabularySize).toBe(2);
});

test("maxSize and minCount leave rare words to <unk>; its count tells how many", () => {
  const text = "a a a b b c d";
  expect(wordTokenizer(text, { maxSize: 3 }).counts().data).toEqual(Int32Array.of(2, 3, 2));
  expect(wordTokenizer(text, { minCount: 2, padding: true }).counts().data).toEqual(Int32Array.of(0, 2, 3, 2));
});

test("words called like properties of objects are words like others", () => {
  const text = "__proto__ constructor toString hasOwnProperty __proto__";
  const tokenizer = wordTokenizer(text);
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  expect([tokenizer.id("__proto__"), tokenizer.id("valueOf")]).toEqual([1, undefined]);
});

test("a word of the text that is spelled like a special token never becomes it: it is unknown", async () => {
  const options = { pattern: /\S+/u, end: true };
  const tokenizer = wordTokenizer("a <eos> <unk> a", options);
  expect([...tokenizer.encode("a <eos> <unk>").data]).toEqual([2, 0, 0]);
  expect(tokenizer.counts().data).toEqual(Int32Array.of(2, 0, 2));
  expect(await refusal(() => wordTokenizer("a <eos>", { ...options, unknown: false }))).toContain("special token");
});

test("a text in pieces, cut anywhere, has the vocabulary of the whole; parts cut at `boundary` have its ids", () => {
  fc.assert(
    fc.property(cutText, fc.boolean(), ({ text, pieces }, lowerCase) => {
      const whole = wordTokenizer(`${text} x`, { lowerCase });
      expect(wordTokenizer(inPieces(...pieces, " x"), { lowerCase }).digest).toBe(whole.digest);
      const at = whole.boundary?.(text) ?? 0;
      const parts = [text.slice(0, at), text.slice(at)].flatMap((part) => [...whole.encode(part).data]);
      expect(parts).toEqual([...whole.encode(text).data]);
      expect(unknownCount(whole, parts)).toBe(0);
    }),
  );
});

test("a list of sentences, and the lines of a file, are texts of their own: no word goes from one into the next", () => {
  const sentences = ["a good film", "the end", "", "a"];
  expect(wordTokenizer(sentences).digest).toBe(wordTokenizer(sentences.join("\n")).digest);
  const path = join(temporaryFolder(), "lines.txt");
  writeFileSync(path, sentences.join("\n"));
  expect(wordTokenizer(textLines(path)).digest).toBe(wordTokenizer(sentences).digest);
  expect(wordTokenizer(inPieces("a go", "od film")).id("good")).toBe(2);
});

test("the words of a text of many pieces are those of its parts", () => {
  const text = "the quick brown fox jumps over the lazy dog\n".repeat(10_000);
  const tokenizer = wordTokenizer(text, { unknown: false });
  expect([tokenizer.vocabularySize, tokenizer.encode(text).shape]).toEqual([8, [90_000]]);
});

test("a word that is not in the vocabulary, with unknown: false: the error names it and its place", async () => {
  const tokenizer = wordTokenizer("The cat", { unknown: false, lowerCase: true });
  expect(await refusal(() => tokenizer.encode("cat, the dog"))).toContain(
    "encode: text[3]: expected a word of the vocab",
  );
  expect(await refusal(() => tokenizer.encode("the dog"))).toContain("text[4]: expected a word");
  expect(await refusal(() => tokenizer.encode("the dog"))).toContain('got "dog" (U+0064 U+006F U+0067)');
  expect(await refusal(() => tokenizer.encode("cat \udc4d"))).toContain("encode: text[4]: expected whole characters");
});

test.each([
  [" \n ", {}, "text: expected at least one token, got none"],
  ["a \ud83d b", {}, "text[2]: expected whole characters, got a lone surrogate (U+D83D)"],
  ["a b", { pattern: /a{/ }, "pattern: expected one that is valid with the flag u"],
  ["a b", { pattern: /[a-z]+/uy }, "pattern: expected no flag y"],
  ["a b", { pattern: /[a-z]*/u }, "pattern: expected one that matches no empty text"],
  ["a b", { pattern: /.+/u }, "pattern: expected one that matches no white space"],
  ["a b", { pattern: "\\w+" }, "pattern: expected a regular expression, got string"],
  ["a b", { lowercase: true }, "options: expected { minCount"],
  ["a b", { lowerCase: 1 }, "lowerCase: expected true or false"],
])("wordTokenizer(%j, %o) is refused", async (text, options, message) => {
  expect(await refusal(() => wordTokenizer(text, options as never))).toContain(`wordTokenizer: ${message}`);
});
