// Byte pairs are those of Python's `tokenizers`: test/golden/byte-pairs/make_byte_pairs.py learns, encodes and decodes there.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type BytePairTokenizer, bytePairTokenizer } from "../../../../src/data";
import { realFolder } from "../../support";

interface Learned {
  readonly tokens: readonly string[];
  readonly merges: readonly string[];
  readonly sha256: string;
}
interface Decoding {
  readonly ids: number[];
  readonly text: string;
}
interface Golden {
  readonly lines: readonly string[];
  readonly plain: Learned & { readonly ids: number[][] };
  readonly composed: Learned & { readonly ids: number[][] };
  readonly special: readonly string[];
  readonly inside: { readonly texts: string[]; readonly ids: number[][]; readonly decoded: string[] };
  readonly decoding: readonly Decoding[];
  readonly decodingSpecial: readonly Decoding[];
  readonly repeats: string;
  readonly repeated: Learned & { readonly texts: string[]; readonly ids: number[][] };
  readonly clashing: Learned & { readonly ids: number[][] };
  readonly seen: Learned;
  readonly latin: string;
  readonly limited: Learned;
}
const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../golden/byte-pairs/byte-pairs.json", import.meta.url), "utf8"),
);
const corpus = golden.lines.join("\n");

function learned(tokenizer: BytePairTokenizer) {
  const { model } = JSON.parse(tokenizer.json());
  return {
    tokens: Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.token(id)),
    merges: model.merges.map((pair: string[]) => pair.join(" ")),
  };
}
const idsOf = (tokenizer: BytePairTokenizer, texts: readonly string[]) =>
  texts.map((text) => [...tokenizer.encode(text).data]);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const withoutIds = ({ tokens, merges }: Learned) => ({ tokens, merges });

const plain = bytePairTokenizer(corpus, { vocabularySize: 1000 });
const composed = bytePairTokenizer(corpus, {
  vocabularySize: 700,
  minCount: 3,
  special: golden.special,
  normalize: "NFC",
});

test("bytePairTokenizer(text) learns Python's merges and vocabulary, and writes its tokenizer.json byte for byte", () => {
  expect(learned(plain)).toEqual(withoutIds(golden.plain));
  expect(sha256(plain.json())).toBe(golden.plain.sha256);
});

test("bytePairTokenizer(text, { special, nfc, minCount }) likewise", () => {
  expect(learned(composed)).toEqual(withoutIds(golden.composed));
  expect(sha256(composed.json())).toBe(golden.composed.sha256);
});

test("encode gives Python's ids for 1,000 lines of many scripts, and decode gives the lines back", () => {
  expect(golden.lines).toHaveLength(1000);
  expect(idsOf(plain, golden.lines)).toEqual(golden.plain.ids);
  expect(golden.plain.ids.map((ids) => plain.decode(ids))).toEqual(golden.lines);
  expect(idsOf(composed, golden.lines)).toEqual(golden.composed.ids);
  expect(golden.composed.ids.map((ids) => composed.decode(ids))).toEqual(
    golden.lines.map((line) => line.normalize("NFC")),
  );
});

test("special tokens inside of a text get their ids, as in Python, and leave no text", () => {
  const { texts, ids, decoded } = golden.inside;
  expect(idsOf(composed, texts)).toEqual(ids);
  expect(ids.map((each) => composed.decode(each))).toEqual(decoded);
});

test("decode of any ids is Python's: halves of characters become U+FFFD", () => {
  expect(golden.decoding.map(({ ids }) => plain.decode(ids))).toEqual(golden.decoding.map(({ text }) => text));
  expect(golden.decodingSpecial.map(({ ids }) => composed.decode(ids))).toEqual(
    golden.decodingSpecial.map(({ text }) => text),
  );
});

test("a text of repeats, where pairs overlap and two pairs give one token, has Python's merges and ids", () => {
  const repeated = bytePairTokenizer(golden.repeats, { vocabularySize: 500, minCount: 0 });
  expect(learned(repeated)).toEqual(withoutIds(golden.repeated));
  expect(idsOf(repeated, golden.repeated.texts)).toEqual(golden.repeated.ids);
});

test("a merge whose text is that of a special token gets the special token's id, as in Python", () => {
  const clashing = bytePairTokenizer(golden.repeats, { vocabularySize: 300, minCount: 0, special: ["ab", "aa"] });
  expect(learned(clashing)).toEqual(withoutIds(golden.clashing));
  expect(idsOf(clashing, golden.repeated.texts)).toEqual(golden.clashing.ids);
});

test.skipIf(realFolder === undefined)(
  "tiny Shakespeare, 2,000 tokens: Python's tokenizer.json and Python's ids",
  () => {
    const text = readFileSync(`${realFolder}/tinyshakespeare/input.txt`, "utf8");
    const tokenizer = bytePairTokenizer(text, { vocabularySize: 2000 });
    expect(sha256(tokenizer.json())).toBe("37e9d1e4abf72d149506c89d4420c71317a924939d88fefb9fa286a610ede432");
    const { data } = tokenizer.encode(text);
    expect([data.length, sha256([...data].join(" "))]).toEqual([
      390439,
      "3dd5a430cf20928ebae36be39cb2aab70465b0c078354b4fe54680376ca0e922",
    ]);
    expect(tokenizer.decode(data) === text).toBe(true);
  },
);

test('bytePairTokenizer(text, { alphabet: "seen", limitAlphabet }) begins with Python\'s alphabet', () => {
  const seen = bytePairTokenizer(`${golden.repeats}\n${corpusBegin(2000)}`, {
    vocabularySize: 300,
    special: ["</s>"],
    alphabet: "seen",
  });
  expect(learned(seen)).toEqual(withoutIds(golden.seen));
  const limited = bytePairTokenizer(golden.latin, { vocabularySize: 200, alphabet: "seen", limitAlphabet: 12 });
  expect(learned(limited)).toEqual(withoutIds(golden.limited));
});

/** The first characters of the corpus, counted in code points as Python counts. */
const corpusBegin = (count: number) => [...corpus].slice(0, count).join("");
