import fc from "fast-check";
import { expect, test } from "vitest";
import { eachGrapheme, graphemeBoundary } from "../../../../src/data/text/unicode/graphemes";
import {
  isNormalizationBoundary,
  normalizationBoundary,
  normalized,
  originalIndex,
} from "../../../../src/data/text/unicode/normalization";
import { piecesOf, spaceBoundary } from "../../../../src/data/text/unicode/pieces";
import { dataErrorOf } from "../../support";
import { cutText, hardText, inPieces } from "../support";

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"] as const;

/** All code points but surrogates. */
function* codePoints() {
  for (let point = 0; point < 0x110000; point++)
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point);
}

test("a text can be cut before each code point that isNormalizationBoundary allows: it ends no composition, and is no mark", () => {
  const joining = new Set<string>(); // what stands after the first in a decomposition may compose with what is before it
  for (const point of codePoints()) {
    if (point < "\u00a0") continue;
    for (const part of [...point.normalize("NFD")].slice(1)) joining.add(part);
  }
  expect(joining.size).toBeGreaterThan(50);
  const wrong = [...codePoints()].filter((point) => {
    if (!isNormalizationBoundary(point, 0)) return false;
    return ["NFD", "NFKD"].some((form) => {
      const [first = ""] = point.normalize(form);
      return joining.has(first) || /^\p{M}/u.test(first);
    });
  });
  expect(wrong).toEqual([]);
});

test("the normal forms of the parts, cut at normalizationBoundary, are that of the whole", () => {
  fc.assert(
    fc.property(hardText, hardText, (a, b) => {
      const at = normalizationBoundary(a);
      for (const form of FORMS) {
        expect(normalized(a.slice(0, at), form) + normalized(a.slice(at) + b, form)).toBe((a + b).normalize(form));
      }
    }),
  );
});

const graphemes = (text: string) => {
  const found: string[] = [];
  eachGrapheme(text, (begin, end) => found.push(text.slice(begin, end)));
  return found;
};
const segments = (text: string) =>
  Array.from(new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text), ({ segment }) => segment);

test("eachGrapheme gives Intl.Segmenter's graphemes, also of long texts and of a grapheme of 10,000 marks", () => {
  fc.assert(
    fc.property(hardText, (text) => {
      expect(graphemes(text)).toEqual(segments(text));
    }),
  );
  const long = "नमस्ते 👨‍👩‍👧 café 漢字\r\n".repeat(200);
  expect(graphemes(long)).toEqual(segments(long));
  expect(graphemes(`a${"\u0301".repeat(10_000)}b`)).toHaveLength(2);
  expect(graphemes(`${"🇩🇪".repeat(1_001)}x`)).toHaveLength(1_002);
});

test("between two characters that eachGrapheme takes for simple there is always a boundary", () => {
  for (const near of ["a", "\n", "가"]) {
    for (let unit = 0; unit < 0xd800; unit += 256) {
      const text = Array.from({ length: 256 }, (_, i) => String.fromCharCode(unit + i)).join(near);
      expect(graphemes(text)).toEqual(segments(text));
    }
  }
});

test("the graphemes of the parts, cut at graphemeBoundary, are those of the whole, in every normal form", () => {
  fc.assert(
    fc.property(hardText, hardText, fc.constantFrom(...FORMS, "none" as const), (a, b, form) => {
      const at = graphemeBoundary(a);
      const parts = [a.slice(0, at), a.slice(at) + b].flatMap((part) => graphemes(normalized(part, form)));
      expect(parts).toEqual(segments(normalized(a + b, form)));
    }),
  );
});

test("graphemeBoundary never cuts where NFKD would join two code points", () => {
  const compatible = [...codePoints()].filter((point) => point.normalize("NFKD") !== point.normalize("NFD"));
  expect(compatible.length).toBeGreaterThan(3_000);
  const nextTo = (pair: (point: string) => [string, string]) =>
    compatible.filter((point) => {
      const parts = pair(point);
      if (graphemeBoundary(parts.join("")) === 0) return false;
      const alone = parts.flatMap((part) => segments(part.normalize("NFKD")));
      return segments(parts.join("").normalize("NFKD")).length !== alone.length;
    });
  for (const near of ["가", "a", "\u1100"]) {
    expect(nextTo((point) => [point, near])).toEqual([]);
    expect(nextTo((point) => [near, point])).toEqual([]);
  }
});

test("piecesOf(where, source, boundary) gives the text again, cut at boundaries, whatever its pieces", () => {
  fc.assert(
    fc.property(cutText, ({ text, pieces }) => {
      const cut = [...piecesOf("f", inPieces(...pieces), spaceBoundary)];
      expect(cut.join("")).toBe(text);
      expect(cut.slice(1).every((piece) => /^\s/.test(piece))).toBe(true);
    }),
  );
  expect([...piecesOf("f", "a b", spaceBoundary)]).toEqual(["a", " b"]);
});

test("piecesOf refuses what is no text, and a part without a boundary that would fill the memory", async () => {
  const all = (source: unknown) => dataErrorOf(() => [...piecesOf("f", source as string, spaceBoundary)]);
  expect((await all(5)).message).toBe("f: text: expected a string, or an iterable of strings, got number");
  expect((await all(undefined)).actual).toBe("undefined");
  expect((await all([1])).message).toBe("f: text: expected a string, got number");
  const endless = function* () {
    for (;;) yield "x".repeat(1 << 20);
  };
  expect((await all(endless())).expected).toContain("a place to cut it");
});

test("originalIndex(text, form, index) names the part of the text that an index of its normal form stands in", () => {
  const text = "ae\u0301b"; // NFC: a é b
  expect([0, 1, 2].map((index) => originalIndex(text, "NFC", index))).toEqual([0, 1, 3]);
  expect(originalIndex("éx", "NFD", 2)).toBe(1);
  expect(originalIndex(text, "none", 2)).toBe(2);
});
