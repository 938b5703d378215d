import { expect, test } from "vitest";
import { altText, describe, wordMap } from "../../../src/plot";

const words = [
  { word: "river", x: 4, y: 1.23456 },
  { word: "two", x: 0.1, y: 3, group: "numbers" },
  { word: "three", x: 0.2, y: 3, group: "numbers" },
];

test("wordMap(words) draws each word where it is; those of a group have its colour and their name beside the point", () => {
  const [others, numbers] = wordMap(words, { title: "Map" }).data;
  expect(others).toMatchObject({ name: "other words", mode: "markers", x: [4], y: [1.235], customdata: ["river"] });
  expect(numbers).toMatchObject({ name: "numbers", mode: "markers+text", text: ["two", "three"], x: [0.1, 0.2] });
});

test("wordMap(words, { labels }) names these words on the map, the others where the mouse is", () => {
  const [others, numbers] = wordMap(words, { title: "Map", labels: ["river", "two"] }).data;
  expect([others?.text, numbers?.text]).toEqual([["river"], ["two", ""]]);
  const plain = wordMap([{ word: "river", x: 0, y: 0 }], { title: "Map" });
  expect([plain.layout.showlegend, plain.data[0]?.name]).toEqual([false, undefined]);
});

test("describe(wordMap(…)) is its title: places are no curves", () => {
  expect(describe(wordMap(words, { title: "A map" }))).toBe("[figure] A map");
});

test("wordMap tells of itself, and refuses no words and places that are none", () => {
  expect(altText(wordMap(words, { title: "A map" }))).toBe("Map of 3 words. A map. numbers: two, three.");
  expect(() => wordMap([], { title: "" })).toThrow(/expected at least one word/);
  expect(() => wordMap([{ word: "a", x: Number.NaN, y: 0 }], { title: "" })).toThrow(
    /"a": expected a place, got NaN, 0/,
  );
});
