import fc from "fast-check";
import { expect, test } from "vitest";
import { type BytePairOptions, bytePairTokenizer, DataError } from "../../../../src/data";
import { readTokenizerJson } from "../../../../src/data/text/byte-pairs/json/read-tokenizer-json";
import { preTokensOf } from "../../../../src/data/text/byte-pairs/pre-tokens/pre-tokens";
import type { Normalization } from "../../../../src/data/text/unicode/normalization";
import { inPieces } from "../support";

const SAMPLE =
  "the theme of the thesis; it's theirs, \u00e9t\u00e9 \u65e5\u672c \ud83d\ude00\ud83d\ude00 12 12 the the\n\n".repeat(
    3,
  );
const tokenizer = bytePairTokenizer(SAMPLE, { vocabularySize: 290 });
const unicode = fc.string({ unit: "binary" });

/** GPT-2's expression, with the blanks of Unicode. */
const EXPRESSION =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Texts in which all alternatives of the expression meet. */
const tricky = fc
  .array(
    fc.constantFrom(
      " ",
      "\n",
      "\t",
      "\u0085",
      "\ufeff",
      "'",
      "s",
      "re",
      "'ll",
      "a",
      "\u00e9",
      "7",
      "\u00b2",
      "!",
      "\ud83d\ude00",
      "\u4e2d",
    ),
  )
  .map((parts) => parts.join(""));

const asked = (text: Parameters<typeof bytePairTokenizer>[0], options?: BytePairOptions) => () =>
  bytePairTokenizer(text, options);

test("decode(encode(text)) is the text, for any text of whole characters", () => {
  fc.assert(
    fc.property(fc.oneof(unicode, tricky), (text) => {
      expect(tokenizer.decode(tokenizer.encode(text).data)).toBe(text);
    }),
  );
});

test("the pre-tokens are what GPT-2's expression finds", () => {
  fc.assert(
    fc.property(fc.oneof(tricky, unicode), (text) => {
      expect([...preTokensOf(text)]).toEqual(text.match(EXPRESSION) ?? []);
    }),
  );
});

/** A property holds for each normal form; characters of compatibility change their class in NFKC. */
const form = fc.constantFrom<Normalization>("none", "NFC", "NFD", "NFKC", "NFKD");
const joining = fc
  .array(
    fc.constantFrom(
      "a",
      "e",
      "\u0301",
      "\u0338",
      "=",
      "!",
      "\u338f",
      "\ufdfa",
      "\u00b4",
      "\u0958",
      " ",
      "'",
      "s",
      "<",
      "<a b>",
      "<a",
    ),
  )
  .map((parts) => parts.join(""));

test("boundary(text): the ids of the part before it, then those of the rest, are those of the whole, whatever follows", () => {
  fc.assert(
    fc.property(fc.oneof(tricky, unicode, joining), fc.oneof(tricky, joining), form, (text, after, normalize) => {
      const made = bytePairTokenizer("the ab ab !! <a b>", {
        vocabularySize: 270,
        minCount: 1,
        normalize,
        special: ["<a b>", "<a"],
      });
      const at = made.boundary?.(text) ?? 0;
      const idsOf = (part: string) => [...made.encode(part).data];
      expect([...idsOf(text.slice(0, at)), ...idsOf(text.slice(at) + after)]).toEqual(idsOf(text + after));
    }),
    { numRuns: 300 },
  );
  expect(["it's so", "aa!", "\u6f22\u3002", "\u6f22", " ", ""].map((text) => tokenizer.boundary?.(text))).toEqual([
    4, 2, 1, 0, 0, 0,
  ]);
});

test("bytePairTokenizer(pieces) learns the same bytes as from the whole text, whatever the pieces, and again", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(tricky, unicode), { minLength: 1 }), form, (pieces, normalize) => {
      const text = pieces.join("");
      fc.pre(text !== "");
      const options = { vocabularySize: 270, minCount: 1, normalize };
      const whole = bytePairTokenizer(text, options).json();
      expect(bytePairTokenizer(text, options).json()).toBe(whole);
      expect(bytePairTokenizer(inPieces(...pieces), options).json()).toBe(whole);
      expect(bytePairTokenizer(inPieces(...text.split("")), options).json()).toBe(whole); // halves of pairs meet again
    }),
    { numRuns: 50 },
  );
});

test("a token is found by its id and by its text; the ids are 0 to vocabularySize - 1", () => {
  expect(tokenizer.kind).toBe("bpe");
  const tokens = Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.token(id));
  expect(tokens.map((token) => tokenizer.id(token))).toEqual(tokens.map((_, id) => id));
  expect(tokenizer.id("\u0120the")).toBeGreaterThan(255);
  expect(tokenizer.id("no such token")).toBeUndefined();
  expect(() => tokenizer.token(tokenizer.vocabularySize)).toThrow(/id: expected an id, a whole number from 0 to/);
  expect(() => tokenizer.decode([0, 5000])).toThrow(/ids\[1\]: expected .* got 5000/);
  expect(() => tokenizer.decode([0.5])).toThrow(/ids\[0\]/);
});

test("special tokens have the first ids; those with a role stand in special", () => {
  const marked = bytePairTokenizer(SAMPLE, { padding: true, begin: true, end: true, special: ["<mask>"] });
  expect(marked.special).toEqual({ padding: 0, begin: 1, end: 2 });
  expect(["<pad>", "<bos>", "<eos>", "<mask>", "!"].map((token) => marked.id(token))).toEqual([0, 1, 2, 3, 4]);
  const special = ["<pad>", "<|endoftext|>", "<mask>"];
  const made = bytePairTokenizer(SAMPLE, { vocabularySize: 280, special });
  expect(special.map((token) => made.id(token))).toEqual([0, 1, 2]);
  expect(made.special).toEqual({ padding: 0, end: 1 });
  const ids = [...made.encode("the<|endoftext|>the").data];
  expect(ids.filter((id) => id === 1)).toHaveLength(1);
  expect(made.decode(ids)).toBe("thethe");
});

test("a vocabulary that is larger than the text can fill stays smaller, and one too small for its alphabet is refused", () => {
  expect(bytePairTokenizer("abc", { minCount: 1 }).vocabularySize).toBe(258);
  expect(asked("abc", { vocabularySize: 255 })).toThrow(
    "vocabularySize: expected at least 256 (0 special tokens and 256 bytes), got 255",
  );
  expect(asked("abc", { vocabularySize: 3, alphabet: "seen", special: ["<s>"] })).toThrow(/at least 4/);
});

test("an empty text, halves of pairs, no text and options out of range are refused with a DataError", () => {
  for (const empty of ["", [], ["", ""]]) expect(asked(empty)).toThrow(/text: expected one character at least/);
  expect(asked("ab\ud800c")).toThrow("text[2]: expected whole characters, got a lone surrogate (U+D800)");
  expect(asked(["ab", "c\ud83d", "x"])).toThrow(/text\[3\]/);
  expect(asked(["ab\ud83d"])).toThrow(/text\[2\]/);
  expect(() => tokenizer.encode("a\udc00")).toThrow(/text\[1\]: .*U\+DC00/);
  for (const wrong of [5, null, [1], [null]]) expect(asked(wrong as unknown as string)).toThrow(DataError);
  const wrong: BytePairOptions[] = [
    { vocabularySize: 0 },
    { vocabularySize: 1.5 },
    { minCount: -1 },
    { limitAlphabet: 0 },
    { maxPreTokens: 1 },
    { special: [""] },
    { special: ["<s>", "<s>"] },
    { special: ["\ud800\ud800"] },
    { alphabet: "all" as "seen" },
    { normalize: "nfc" as "NFC" },
    { padding: 1 as unknown as boolean },
    { padding: true, special: ["<pad>"] },
    { vocabSize: 300 } as BytePairOptions,
  ];
  for (const options of wrong) expect(asked("abc", options)).toThrow(DataError);
});

test("a byte that the alphabet lacks is refused when a text is encoded, not left out", () => {
  const seen = bytePairTokenizer("abab", { alphabet: "seen" });
  expect(seen.decode(seen.encode("abba").data)).toBe("abba");
  expect(() => seen.encode("abc")).toThrow(
    /text: expected bytes that are in the vocabulary, got "abc" \(U\+0061 U\+0062 U\+0063\)/,
  );
});

test("too many distinct pre-tokens: the rarest are left out, and a line says how many", () => {
  const lines: string[] = [];
  const rare = Array.from({ length: 40 }, (_, i) => ` ${String.fromCharCode(97 + (i % 26))}${"x".repeat(i)}y`).join("");
  const made = bytePairTokenizer(`${" often".repeat(9)}${rare}`, { maxPreTokens: 20, log: (line) => lines.push(line) });
  expect(made.id("\u0120often")).toBeDefined();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^byte pairs: \d+ rare pre-tokens were left out, which had occurred 1 times at most/);
});

test("a run of more than 1,048,576 letters is refused", () => {
  const run = "a".repeat(2 ** 20 + 1);
  expect(() => tokenizer.encode(run)).toThrow(/at most 1048576 characters of one kind .* which begin with "aaa/);
  expect(asked(`${run}\n`)).toThrow(/begin with "aaa/);
  expect(asked([`${run.replaceAll("a", "\u4e2d")}\n`], { normalize: "NFC" })).toThrow(DataError);
});

test("the tokenizer.json is read back as it was written", () => {
  const made = bytePairTokenizer(SAMPLE, { vocabularySize: 290, special: ["<s>"], normalize: "NFC" });
  const model = readTokenizerJson(JSON.parse(made.json()), "tokenizer.json");
  expect(model.tokens).toEqual(Array.from({ length: 290 }, (_, id) => made.token(id)));
  expect(model.special).toEqual(["<s>"]);
  expect(model.normalize).toBe("NFC");
});
