import { expect, test } from "vitest";
import { numericArray } from "../../../src/data";
import { type CorpusScore, pairedBootstrap } from "../../../src/train";

/** The means of all 5⁵ samples of five differences, sorted. */
function allMeans(differences: readonly number[]): number[] {
  let sums = [0];
  for (let draw = 0; draw < 5; draw++) sums = sums.flatMap((sum) => differences.map((value) => sum + value));
  return sums.map((sum) => sum / 5).sort((a, b) => a - b);
}

test("pairedBootstrap(first, second) gives the quantiles of all samples with replacement", () => {
  const [first, second] = [
    [0.1, 2, 3.5, 1, 0],
    [0, 1.5, 4, 0.3, 0.25],
  ];
  const differences = first.map((value, i) => value - (second[i] as number));
  const means = allMeans(differences);
  const { difference, low, high } = pairedBootstrap(first, second, { samples: 40_000, level: 0.8, seed: 1 });
  expect(difference).toBeCloseTo((0.1 + 0.5 - 0.5 + 0.7 - 0.25) / 5, 12);
  const share = (bound: number) => means.filter((mean) => mean <= bound).length / means.length;
  const below = (bound: number) => means.filter((mean) => mean < bound).length / means.length;
  for (const [bound, wanted] of [
    [low, 0.1],
    [high, 0.9],
  ] as const) {
    expect(below(bound) - 0.01).toBeLessThan(wanted); // many samples have the same mean
    expect(share(bound) + 0.01).toBeGreaterThan(wanted);
  }
});

test("of many examples the interval is the normal one, difference ± 1.96 standard errors", () => {
  const values = Array.from({ length: 2_000 }, (_, i) => (i * 7919) % 10);
  const right = values.map((value) => (value < 8 ? 1 : 0));
  const other = values.map((value) => (value < 7 ? 1 : 0)); // differs in a tenth of the examples
  const { difference, low, high } = pairedBootstrap(right, other, { seed: 2 });
  const error = Math.sqrt((0.1 * 0.9) / 2_000);
  expect(difference).toBeCloseTo(0.1, 12);
  expect(Math.abs(low - (0.1 - 1.96 * error))).toBeLessThan(0.1 * error);
  expect(Math.abs(high - (0.1 + 1.96 * error))).toBeLessThan(0.1 * error);
  expect(pairedBootstrap([3, 4, 5], [2, 3, 4], { samples: 10 })).toEqual({ difference: 1, low: 1, high: 1 });
});

test("the same seed gives the same interval, another seed another one; one sample has no width", () => {
  const [first, second] = [Float32Array.of(1, 0, 1, 1, 0, 1), Float32Array.of(0, 0.3, 1, 0.2, 1, 0)];
  const drawn = (seed: number) => pairedBootstrap(first, second, { samples: 200, seed });
  expect(drawn(3)).toEqual(drawn(3));
  expect(drawn(3)).not.toEqual(drawn(4));
  const defaults = { samples: 10_000, level: 0.95, seed: 0 };
  expect(pairedBootstrap(first, second)).toEqual(pairedBootstrap(first, second, defaults));
  const single = pairedBootstrap(first, second, { samples: 1 });
  expect(single.low).toBe(single.high);
});

test("pairedBootstrap refuses lists that do not fit, values that are not finite, and options out of range", () => {
  expect(() => pairedBootstrap([], [])).toThrow("first: expected a value for each example, got none");
  expect(() => pairedBootstrap([1, 2], [1])).toThrow("second: expected 2 values, as first has, got 1");
  expect(() => pairedBootstrap([1, Number.NaN], [1, 2])).toThrow("example 1: expected finite values, got NaN and 2");
  const noList = numericArray(Float32Array.of(1), [1]) as unknown as number[]; // its length is undefined: no example, no error
  expect(() => pairedBootstrap(noList, noList)).toThrow("first: expected a list of numbers");
  expect(() => pairedBootstrap([1], undefined as unknown as number[])).toThrow("second: expected a list of numbers");
  for (const level of [0, 1, -1, Number.NaN]) {
    expect(() => pairedBootstrap([1], [1], { level })).toThrow("options.level: expected a share between 0 and 1");
  }
  expect(() => pairedBootstrap([1], [1], { samples: 0 })).toThrow("samples");
});

/** A rate, the sum of the first column over the sum of the second: not the mean of the rows' rates. */
const rate = (rows: readonly (readonly [number, number])[], signature?: string): CorpusScore => ({
  statistics: numericArray(Int32Array.from(rows.flat()), [rows.length, 2]),
  scoreOf: ([edits = 0, words = 0]) => edits / words,
  ...(signature !== undefined && { signature }),
});

test("pairedBootstrap(score, score) computes both scores anew from the sums of each sample", () => {
  const [first, second] = [
    [
      [1, 2],
      [3, 9],
      [0, 1],
      [5, 5],
      [2, 4],
    ] as const,
    [
      [2, 2],
      [3, 9],
      [1, 1],
      [4, 5],
      [0, 4],
    ] as const,
  ];
  const { difference, low, high } = pairedBootstrap(rate(first), rate(second), {
    samples: 40_000,
    level: 0.8,
    seed: 1,
  });
  expect(difference).toBeCloseTo(11 / 21 - 10 / 21, 14);
  const all: number[] = [];
  for (let code = 0; code < 5 ** 5; code++) {
    const sample = [1, 5, 25, 125, 625].map((place) => Math.floor(code / place) % 5);
    const of = (rows: readonly (readonly [number, number])[]) =>
      sample.reduce((sum, i) => sum + (rows[i]?.[0] ?? 0), 0) / sample.reduce((sum, i) => sum + (rows[i]?.[1] ?? 0), 0);
    all.push(of(first) - of(second));
  }
  const share = (bound: number) => all.filter((value) => value <= bound + 1e-12).length / all.length;
  const below = (bound: number) => all.filter((value) => value < bound - 1e-12).length / all.length;
  for (const [bound, wanted] of [
    [low, 0.1],
    [high, 0.9],
  ] as const) {
    expect(below(bound) - 0.01).toBeLessThan(wanted);
    expect(share(bound) + 0.01).toBeGreaterThan(wanted);
  }
});

test("with the same denominator in each row a score's interval is that of the means, draw by draw", () => {
  const [a, b] = [
    [1, 0, 2, 0, 1, 1],
    [0, 0, 1, 2, 1, 0],
  ];
  const scores = [a, b].map((values) => rate(values.map((value) => [value, 1] as const)));
  const [first, second] = scores as [CorpusScore, CorpusScore];
  const [ofScores, ofMeans] = [pairedBootstrap(first, second, { seed: 5 }), pairedBootstrap(a, b, { seed: 5 })];
  expect(ofScores.difference).toBeCloseTo(ofMeans.difference, 14);
  expect([ofScores.low, ofScores.high]).toEqual([expect.closeTo(ofMeans.low, 14), expect.closeTo(ofMeans.high, 14)]);
});

test("pairedBootstrap refuses scores of different examples or measures, a score beside values, and one that is not finite", () => {
  const score = rate([[1, 2]]);
  expect(() =>
    pairedBootstrap(
      score,
      rate([
        [1, 2],
        [1, 2],
      ]),
    ),
  ).toThrow("second: expected 1 examples, as first has, got 2");
  expect(() => pairedBootstrap(rate([[1, 2]], "tok:13a"), rate([[1, 2]], "tok:intl"))).toThrow("tok:13a, got tok:intl");
  expect(() => pairedBootstrap(score, [1] as unknown as CorpusScore)).toThrow(
    "second: expected a score with statistics",
  );
  expect(() => pairedBootstrap([1], score as unknown as number[])).toThrow("second: expected a list of numbers");
  expect(() => pairedBootstrap(rate([[0, 0]]), score)).toThrow("expected finite scores, got a difference of NaN");
  expect(() => pairedBootstrap(rate([]), rate([]))).toThrow(
    "first: expected statistics of at least one example, got none",
  );
});
