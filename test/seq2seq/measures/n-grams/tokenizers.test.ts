import { expect, test } from "vitest";
import { tokensOf } from "../../../../src/seq2seq/measures/n-grams/tokenizers";
import { fixed, splitWords } from "../../../../src/seq2seq/measures/python-text";
import { golden } from "../golden";

test("13a separates ASCII's punctuation, not full stop and comma inside a number, nor the apostrophe", () => {
  expect(tokensOf("He's paid $1,000.50 (net) on 10-20, &quot;well-known&quot;!", "13a").join(" ")).toBe(
    `He's paid $ 1,000.50 ( net ) on 10 - 20 , " well-known " !`,
  );
  expect(tokensOf("$& $1 «été»…", "13a")).toEqual(["$", "&", "$", "1", "«été»…"]);
});

test("intl separates the punctuation and symbols of all scripts; char separates code points", () => {
  expect(tokensOf("«été»… 3.14€ शुभ।", "intl")).toEqual(["«", "été", "»", "…", "3.14", "€", "शुभ", "।"]);
  expect(tokensOf("👍🏽 é", "char")).toEqual(["👍", "🏽", "é"]);
});

test("intl's classes are those of Python's regex, for each code point that this Node's Unicode knows", () => {
  for (const [name, ranges] of Object.entries(golden.classes)) {
    const [inClass, unassigned] = [new RegExp(`\\p{${name}}`, "u"), /\p{Cn}/u];
    const theirs = new Set(
      ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
    );
    const codes = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);
    const other = codes.filter((code) => {
      const character = String.fromCodePoint(code);
      return inClass.test(character) !== theirs.has(code) && !unassigned.test(character);
    });
    expect(other, name).toEqual([]);
  }
});

test("words end at Python's white space: U+001C and U+0085 separate, the byte order mark and U+200B do not", () => {
  expect(splitWords(" a\u001cb\u0085c\u00a0d\u3000e\ufefff\u200bg\n")).toEqual(["a", "b", "c", "d", "e\ufefff\u200bg"]);
});

test("fixed(value, digits) rounds ties to even and all else to the nearest, as Python formats", () => {
  const values = [6.25, 18.75, 0.5, 1.5, 2.5, 12.125, 0.15, 0.25, 0.35, 99.95, 100, 0, 1e-7];
  expect(values.map((value) => fixed(value, 1)).join(" ")).toBe(
    "6.2 18.8 0.5 1.5 2.5 12.1 0.1 0.2 0.3 100.0 100.0 0.0 0.0",
  );
  expect([0.5, 1.5, 2.5].map((value) => fixed(value, 0))).toEqual(["0", "2", "2"]);
  expect([12.125, 12.375, 1.005].map((value) => fixed(value, 2))).toEqual(["12.12", "12.38", "1.00"]);
});
