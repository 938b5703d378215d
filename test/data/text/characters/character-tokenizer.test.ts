import fc from "fast-check";
import { expect, test } from "vitest";
import { characterTokenizer, unknownCount } from "../../../../src/data";
import { dataErrorOf } from "../../support";
import { cutText, hardText, inPieces } from "../support";

const refusal = async (call: () => unknown) => (await dataErrorOf(call)).message;

test("characterTokenizer(text) gives ids in the order of first occurrence; encode, decode, token, id, counts", () => {
  const tokenizer = characterTokenizer("hello");
  expect([tokenizer.kind, tokenizer.vocabularySize, tokenizer.special]).toEqual(["chars", 4, {}]);
  expect(tokenizer.encode("hole")).toEqual({ data: Int32Array.of(0, 3, 2, 1), shape: [4] });
  expect(tokenizer.decode([0, 1, 2, 2, 3])).toBe("hello");
  expect(tokenizer.decode(tokenizer.encode("hole"))).toBe("hole");
  expect([0, 1, 2, 3].map(tokenizer.token)).toEqual(["h", "e", "l", "o"]);
  expect([..."hello!"].map(tokenizer.id)).toEqual([0, 1, 2, 2, 3, undefined]);
  expect(tokenizer.counts()).toEqual({ data: Int32Array.of(1, 1, 2, 1), shape: [4] });
  expect(tokenizer.encode("")).toEqual({ data: new Int32Array(), shape: [0] });
  expect(tokenizer.decode([])).toBe("");
});

test("special tokens come first, padding with id 0; they leave no text", () => {
  const tokenizer = characterTokenizer("ab", { end: true, padding: true, begin: true, unknown: true });
  expect(tokenizer.special).toEqual({ padding: 0, unknown: 1, begin: 2, end: 3 });
  expect([0, 1, 2, 3, 4].map(tokenizer.token)).toEqual(["<pad>", "<unk>", "<bos>", "<eos>", "a"]);
  expect([tokenizer.id("<eos>"), tokenizer.id("b")]).toEqual([3, 5]);
  expect(tokenizer.decode([2, 4, 1, 5, 3, 0])).toBe("ab");
  expect(tokenizer.counts().data).toEqual(Int32Array.of(0, 0, 0, 0, 1, 1));
});

test("unknownCount(tokenizer, ids) tells how many characters encode replaced", () => {
  const tokenizer = characterTokenizer("hello", { unknown: true });
  const ids = tokenizer.encode("hullo 👍");
  expect([...ids.data]).toEqual([1, 0, 3, 3, 4, 0, 0]);
  expect(unknownCount(tokenizer, ids)).toBe(3);
  expect(unknownCount(tokenizer, [...ids.data])).toBe(3);
  expect(unknownCount(characterTokenizer("hello"), ids)).toBe(0);
});

test("minCount and maxSize leave the rare characters to <unk>, whose count they are", () => {
  const text = "aaabbcdd";
  const frequent = characterTokenizer(text, { minCount: 2, unknown: true });
  expect([1, 2, 3].map(frequent.token)).toEqual(["a", "b", "d"]);
  expect(frequent.counts().data).toEqual(Int32Array.of(1, 3, 2, 2));
  const few = characterTokenizer(text, { maxSize: 3, unknown: true });
  expect([few.vocabularySize, few.token(2)]).toEqual([3, "b"]);
  expect(few.counts().data).toEqual(Int32Array.of(3, 3, 2));
});

test('by: "codePoint" takes an emoji of one code point for one character, by: "grapheme" a family too', () => {
  const text = "👍a👨‍👩‍👧e\u0323\u0307";
  const points = characterTokenizer(text, { by: "codePoint" });
  const graphemes = characterTokenizer(text, { by: "grapheme" });
  expect(points.encode(text).shape).toEqual([9]);
  expect(graphemes.encode(text).shape).toEqual([4]);
  expect(graphemes.token(2)).toBe("👨‍👩‍👧");
  expect([points, graphemes].map((each) => each.decode(each.encode(text)))).toEqual([
    text.normalize(),
    text.normalize(),
  ]);
});

test('normalize: "NFC" takes "é" for one character however it was typed; "none" does not', () => {
  const tokenizer = characterTokenizer("caf\u00e9");
  expect(tokenizer.encode("cafe\u0301").data).toEqual(Int32Array.of(0, 1, 2, 3));
  expect(tokenizer.id("e\u0301")).toBe(3);
  expect(characterTokenizer("cafe\u0301", { normalize: "none" }).vocabularySize).toBe(5);
  expect(characterTokenizer("ﬁ", { normalize: "NFKC" }).encode("fi").shape).toEqual([2]);
});

const BY = ["codePoint", "grapheme"] as const;
const NORMALIZE = ["NFC", "NFD", "NFKC", "NFKD", "none"] as const;

test("decode(encode(text)) is the text in its normal form, for any Unicode", () => {
  fc.assert(
    fc.property(hardText, fc.constantFrom(...BY), fc.constantFrom(...NORMALIZE), (given, by, normalize) => {
      const text = `x${given}`;
      const tokenizer = characterTokenizer(text, { by, normalize });
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(normalize === "none" ? text : text.normalize(normalize));
      expect(ids.data.every((id) => id >= 0 && id < tokenizer.vocabularySize)).toBe(true);
      expect(tokenizer.counts().data.reduce((sum, count) => sum + count, 0)).toBe(ids.data.length);
    }),
  );
});

test("a text in pieces, cut anywhere, has the vocabulary of the whole; parts cut at `boundary` have its ids", () => {
  fc.assert(
    fc.property(cutText, fc.constantFrom(...BY), fc.constantFrom(...NORMALIZE), ({ text, pieces }, by, normalize) => {
      const whole = characterTokenizer(`${text}\tx`, { by, normalize });
      expect(characterTokenizer(inPieces(...pieces, "\tx"), { by, normalize }).digest).toBe(whole.digest);
      const at = whole.boundary?.(text) ?? 0;
      const parts = [text.slice(0, at), text.slice(at)].flatMap((part) => [...whole.encode(part).data]);
      expect(parts).toEqual([...whole.encode(text).data]);
    }),
  );
});

test("a list gives texts of their own: no character goes from one into the next", async () => {
  expect(characterTokenizer(["e", "\u0301"]).vocabularySize).toBe(2);
  expect(characterTokenizer(inPieces("e", "\u0301")).vocabularySize).toBe(1);
  expect(characterTokenizer(["\r", "\n"], { by: "grapheme" }).vocabularySize).toBe(2);
  expect(await refusal(() => characterTokenizer(["\ud83d", "\udc4d"]))).toContain("text[0]: expected whole characters");
});

test("a character that is not in the vocabulary: the error names it, its code point and its place", async () => {
  const tokenizer = characterTokenizer("hello");
  expect(await refusal(() => tokenizer.encode("hel\u00e9o"))).toBe(
    'encode: text[3]: expected a character of the vocabulary, as the tokenizer has no unknown token (unknown: true), got "é" (U+00E9)',
  );
  expect(await refusal(() => tokenizer.encode("hle\u0301"))).toContain(
    "text[2]: expected a character of the vocabulary",
  );
  expect(await refusal(() => tokenizer.encode("h👍"))).toContain('"👍" (U+1F44D)');
  const graphemes = characterTokenizer("hello", { by: "grapheme" });
  expect(await refusal(() => graphemes.encode("he🇩🇪"))).toContain("text[2]: expected a character");
  expect(await refusal(() => graphemes.encode("he🇩🇪"))).toContain('"🇩🇪" (U+1F1E9 U+1F1EA)');
});

test.each(BY)("a lone surrogate is refused with its place, by %s", async (by) => {
  const half = "text[2]: expected whole characters, got a lone surrogate (U+D83D), half of a character";
  for (const unknown of [true, false]) {
    const tokenizer = characterTokenizer("hello", { by, unknown });
    expect(await refusal(() => tokenizer.encode("he\ud83d"))).toBe(`encode: ${half}`);
    expect(await refusal(() => tokenizer.encode("he\ud83dllo"))).toBe(`encode: ${half}`);
  }
  expect(await refusal(() => characterTokenizer(inPieces("h", "e\ud83d", "x"), { by }))).toBe(
    `characterTokenizer: ${half}`,
  );
  expect(characterTokenizer(inPieces("\ud83d", "\udc4d"), { by }).token(0)).toBe("👍");
});

test("what is no id is refused by decode and token", async () => {
  const tokenizer = characterTokenizer("hello");
  for (const id of [4, -1, 0.5, Number.NaN, "length" as never, "0" as never]) {
    expect(await refusal(() => tokenizer.token(id))).toBe(
      `token: id: expected an id, a whole number from 0 to 3, got ${id}`,
    );
    expect(await refusal(() => tokenizer.decode([0, id]))).toContain("decode: ids[1]: expected an id");
  }
  expect(await refusal(() => tokenizer.decode(5 as never))).toContain("decode: ids: expected a list of numbers");
  expect(await refusal(() => tokenizer.encode(5 as never))).toBe("encode: text: expected a string, got number");
});

test.each([
  ["", {}, "text: expected at least one token, got none"],
  ["aab", { minCount: 2 }, "unknown: expected unknown: true, because minCount"],
  ["aab", { minCount: 3, unknown: true }, "minCount: expected at most 2, the count of the most frequent token, got 3"],
  ["aab", { minCount: 0 }, "minCount: expected a whole number of at least 1, got 0"],
  ["aab", { maxSize: 1, unknown: true }, "maxSize: expected a whole number of at least 2"],
  ["aab", { padding: 1 }, "padding: expected true or false, got number"],
  ["aab", { by: "word" }, 'by: expected "codePoint" or "grapheme", got "word"'],
  ["aab", { normalize: "nfc" }, 'normalize: expected "NFC", "NFD"'],
  ["aab", { lowerCase: true }, "options: expected { minCount"],
])("characterTokenizer(%j, %j) is refused", async (text, options, message) => {
  expect(await refusal(() => characterTokenizer(text, options as never))).toContain(`characterTokenizer: ${message}`);
});
