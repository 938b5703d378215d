// The page's tokenizer gives the ids of the library's.
import { describe, expect, test } from "vitest";
import { bytePairTokenizer, characterTokenizer, type Tokenizer, wordTokenizer } from "../../../../src/data";
import { decodeIds, encodeText } from "../../../../src/data/text/page/encode-text";
import { pageTokenizer } from "../../../../src/data/text/page/page-tokenizer";
import { WORD } from "../../../../src/data/text/words/pattern";

const TEXT =
  "I'm cold… Les élèves s'en vont! «Où?» 3 well-known 👩‍👩‍👧 naïve İstanbul ﬁne ＡＢＣ\nשלום عربي  e\u0301té. ℃ ";
const TEXTS = [TEXT, "", "  ", "cold cold I'm", "<bos> <unk> cold", "e\u0301lèves", "İSTANBUL ℃", "zebra 👩‍👩‍👧!"];

const TOKENIZERS: Record<string, Tokenizer> = {
  words: wordTokenizer(TEXT, { padding: true, begin: true, end: true }),
  "words in lower case": wordTokenizer(TEXT, { lowerCase: true, begin: true }),
  "words in lower case, NFKC": wordTokenizer(TEXT, { lowerCase: true, normalize: "NFKC" }),
  "words between spaces": wordTokenizer(TEXT, { pattern: /\S+/, normalize: "none", end: true }),
  "code points": characterTokenizer(TEXT, { unknown: true, begin: true }),
  "code points, NFD": characterTokenizer(TEXT, { unknown: true, normalize: "NFD" }),
  graphemes: characterTokenizer(TEXT, { unknown: true, by: "grapheme", end: true }),
};

describe.each(Object.entries(TOKENIZERS))("%s", (_, tokenizer) => {
  const page = pageTokenizer("test", "tokenizer", tokenizer);

  test.each(TEXTS)("encodeText(%j) gives the tokenizer's ids, and decodeIds its text", (text) => {
    const { data } = tokenizer.encode(text);
    const { ids, pieces, unknown } = encodeText(text, page);
    expect(ids).toEqual([...data]);
    expect(pieces).toHaveLength(ids.length);
    expect(unknown).toEqual(pieces.filter((_, i) => ids[i] === tokenizer.special.unknown));
    expect(decodeIds(ids, page)).toBe(tokenizer.decode(data));
  });
});

test("half of a character, and without <unk> a word that the vocabulary lacks, are errors that the page shows", () => {
  const page = pageTokenizer("test", "tokenizer", wordTokenizer("a b", { unknown: false }));
  expect(() => encodeText("\ud800", page)).toThrow("The text has half of a character.");
  expect(() => encodeText("a zebra b owl", page)).toThrow("The vocabulary lacks zebra, owl.");
});

test("the page's pattern of words is wordTokenizer's; byte pairs are refused", () => {
  const { pattern } = pageTokenizer("exportTranslator", "tokenizers.source", wordTokenizer(TEXT));
  expect(String(new RegExp(pattern?.source ?? "", pattern?.flags))).toBe(String(WORD));
  const bytes = bytePairTokenizer("aaa bbb", { vocabularySize: 260 });
  expect(() => pageTokenizer("exportTranslator", "tokenizers.source", bytes)).toThrow(
    "exportTranslator: tokenizers.source: expected a tokenizer of words or of characters, which the page can be, got one of byte pairs",
  );
});
