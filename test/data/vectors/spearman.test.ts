import { expect, test } from "vitest";
import { spearmanCorrelation } from "../../../src/data";
import { dataErrorOf } from "../support";
import { golden } from "./support";

const numberOf = (text: string) => Number(text.replace("inf", "Infinity"));

test("spearmanCorrelation(x, y) is SciPy's: with ties, infinite values, two pairs", () => {
  expect(Object.keys(golden.spearman).length).toBe(6);
  for (const [name, { x, y, correlation }] of Object.entries(golden.spearman)) {
    expect(spearmanCorrelation(x.map(numberOf), y.map(numberOf)), name).toBeCloseTo(correlation, 12);
  }
});

test("spearmanCorrelation is NaN where it is not defined: fewer than two pairs, a list of equal values", () => {
  expect(spearmanCorrelation([], [])).toBeNaN();
  expect(spearmanCorrelation([1], [2])).toBeNaN();
  expect(spearmanCorrelation([1, 2, 3], [7, 7, 7])).toBeNaN();
});

test("spearmanCorrelation refuses lists of different lengths, and NaN by its place", async () => {
  expect((await dataErrorOf(() => spearmanCorrelation([1, 2], [1]))).message).toMatch(/y: expected 2 values, .*got 1/);
  expect((await dataErrorOf(() => spearmanCorrelation([1, 2], [1, Number.NaN]))).message).toMatch(/y\[1\]: .*got NaN/);
  const texts: unknown[] = ["10", "9", "8"];
  expect((await dataErrorOf(() => spearmanCorrelation(texts as number[], [3, 2, 1]))).message).toMatch(
    /x\[0\]: expected a number, got "10"/,
  );
  const nothing: unknown[] = [null, 1];
  expect((await dataErrorOf(() => spearmanCorrelation([1, 2], nothing as number[]))).message).toMatch(
    /y\[0\]: .*got null/,
  );
});
