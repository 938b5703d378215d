import { expect, test } from "vitest";
import { altText, colouredText, describe as inOneLine } from "../../src/plot";

const pieces = (texts: readonly string[], value = 0) => texts.map((text) => ({ text, value }));
const linesOf = (texts: readonly string[], columns: number) => {
  const [trace] = colouredText(pieces(texts), { title: "T", columns }).data;
  return (trace as unknown as { text: string[][] }).text.map((line) => line.join(""));
};

test("colouredText gives each character of a piece its own cell, with the value of its piece", () => {
  const figure = colouredText(
    [
      { text: "to ", value: 0.12345 },
      { text: "b", value: -1 },
    ],
    { title: "T", value: "activation" },
  );
  expect(figure.data).toMatchObject([
    {
      type: "heatmap",
      z: [[0.123, 0.123, 0.123, -1]],
      text: [["t", "o", " ", "b"]],
      zmin: -1,
      zmax: 1,
      colorbar: { title: { text: "activation" } },
    },
  ]);
  expect(figure.layout).toMatchObject({ title: { text: "T" }, yaxis: { range: [4.5, -0.5] } });
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
});

test("a line break is drawn and ends its line; the cells after the end of a line are empty", () => {
  const { data } = colouredText(pieces(["a", "\n", "bcd\r\n", "e"], 0.5), { title: "T" });
  expect(data[0]?.text).toEqual([
    ["a", "↵", "", ""],
    ["b", "c", "d", "↵"],
    ["e", "", "", ""],
  ]);
  expect(data[0]?.z).toEqual([
    [0.5, 0.5, null, null],
    [0.5, 0.5, 0.5, 0.5],
    [0.5, null, null, null],
  ]);
});

test("a full line ends after its last space, whatever the pieces are, and within a word that is longer than a line", () => {
  const lines = ["the ", "quick ", "brown ", "fox"];
  expect(linesOf(["the quick brown fox"], 10)).toEqual(["the quick ", "brown fox"]);
  expect(linesOf([..."the quick brown fox"], 9)).toEqual(["the quick", " brown ", "fox"]);
  expect(linesOf([..."the quick brown fox"], 6)).toEqual(lines);
  expect(linesOf(["incomprehensible"], 7)).toEqual(["incompr", "ehensib", "le"]);
});

test("a character is what the reader sees, and markup is drawn as it stands", () => {
  const { data } = colouredText(pieces(["e\u0301👩‍👩‍👧", "<b>&"]), { title: "T" });
  expect(data[0]?.text).toEqual([["e\u0301", "👩‍👩‍👧", "&lt;", "b", "&gt;", "&amp;"]]);
});

test("`full` is the size of a value that has the full colour", () => {
  expect(colouredText(pieces(["a"], 3), { title: "T", full: 0.5 }).data).toMatchObject([{ zmin: -0.5, zmax: 0.5 }]);
});

test("the figure for who cannot see it has the text, and the highest and lowest value", () => {
  const two = [
    { text: "bad ", value: -2 },
    { text: "good", value: 0.5 },
  ];
  const figure = colouredText(two, { title: "Words", value: "score" });
  expect(altText(figure)).toBe(
    "Coloured text. Words. Highest score 0.500 at “good”, lowest -2.00 at “bad ”. The text: bad good",
  );
  expect(inOneLine(figure)).toBe("[figure] Words");
});

test("a value that is not finite, an option out of range, and no text are refused by name", () => {
  const drawn = (value: number, options = {}) => colouredText(pieces(["a"], value), { title: "T", ...options });
  expect(() => drawn(Number.NaN)).toThrow(new RangeError("pieces[0].value: expected a finite number, got NaN"));
  expect(() => drawn(0, { full: 0 })).toThrow(new RangeError("full: expected a number > 0, got 0"));
  expect(() => drawn(0, { columns: 1.5 })).toThrow(new RangeError("columns: expected a whole number > 0, got 1.5"));
  const none = new RangeError("pieces: expected at least one character, got none");
  expect(() => colouredText([], { title: "T" })).toThrow(none);
  expect(() => colouredText([{ text: "", value: 1 }], { title: "T" })).toThrow(none);
});
