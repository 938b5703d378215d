import { expect, test } from "vitest";
import { evaluate, isFixed, samplesOf, sizeOf } from "../../../src/compile/export/symbolic-dims";

const samples = samplesOf(["batch", "steps", "words"]);
const at = (value: (b: number, t: number, w: number) => number) =>
  sizeOf(
    samples.points.map(([b, t, w]) => value(b as number, t as number, w as number)),
    samples,
  );

test.each<[string, (b: number, t: number, w: number) => number]>([
  ["a number", () => 28],
  ["a size", (_, t) => t],
  ["rows of all steps", (b, t) => b * t],
  ["all but the last step", (_, t) => t - 1],
  ["a product and a sum of three", (b, t, w) => 3 * b * t * w - 2 * w + 5],
])("%s is found from its values, and holds at sizes never tried", (_, value) => {
  const size = at(value);
  for (const [b, t, w] of [
    [1, 1, 1],
    [150, 28, 9],
    [0, 300, 2],
  ] as [number, number, number][]) {
    expect(evaluate(size as number[], [b, t, w])).toBe(value(b, t, w));
  }
  expect(isFixed(size as number[])).toBe(value(1, 2, 3) === value(2, 3, 4) && value(1, 1, 1) === value(1, 2, 1));
});

test.each<[string, (b: number, t: number) => number]>([
  ["a square", (b) => b * b],
  ["a rounded half", (_, t) => Math.ceil(t / 2)],
  ["a root", (_, t) => Math.sqrt(t)],
  ["a maximum", (_, t) => Math.max(t, 8)],
])("%s is none", (_, value) => {
  expect(at(value)).toBeUndefined();
});

test("a graph without free sizes needs none", () => {
  const none = samplesOf([]);
  expect(none.points).toEqual([[], []]);
  expect(sizeOf([4, 4], none)).toEqual([4]);
  expect(sizeOf([4, 5], none)).toBeUndefined();
});
