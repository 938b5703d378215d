import { expect, test } from "vitest";
import { Random } from "../../src/data";
import { dataErrorOf } from "./support";

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

test("Random is xoshiro128** 1.1: from the state 1, 2, 3, 4 it gives the authors' numbers", () => {
  const random = new Random(0);
  Object.assign(random, { a: 1, b: 2, c: 3, d: 4 });
  const numbers = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804];
  expect(times(10, () => random.bits())).toEqual(numbers);
});

test("new Random(seed) fills the state by SplitMix64: 1234567 gives the authors' first two numbers", () => {
  const words = Object.values(new Random(1234567)).map((word) => BigInt((word as number) >>> 0)) as bigint[];
  const [a, b, c, d] = words as [bigint, bigint, bigint, bigint];
  expect([a | (b << 32n), c | (d << 32n)]).toEqual([6457827717110365317n, 3203168211198807973n]);
});

test("new Random(seed): the same seed gives the same numbers in every version", () => {
  const random = new Random(42);
  expect(times(3, () => random.bits())).toEqual([1776835114, 4165204688, 17111135]);
  expect(times(2, () => random.uniform())).toEqual([0.5395373526966847, 0.5947962007269413]);
  expect(times(2, () => random.normal())).toEqual([0.2471851146430261, -1.7316424355836901]);
  expect(times(8, () => random.integer(10))).toEqual([3, 1, 3, 9, 1, 7, 8, 0]);
  expect([...random.permutation(8)]).toEqual([2, 5, 0, 3, 4, 1, 7, 6]);
  expect(new Random(42, 1, 2).bits()).toEqual(1681033074);
});

test("new Random(seed, ...keys): another seed, a key, and another order of keys give other numbers", () => {
  const first = [new Random(1), new Random(2), new Random(-1), new Random(1, 0), new Random(1, 2), new Random(2, 1)];
  expect(new Set(first.map((random) => random.bits())).size).toBe(6);
});

test("uniform(low, high) stays in its range, with the mean and spread of an even distribution", () => {
  const random = new Random(7);
  const numbers = times(50_000, () => random.uniform(-2, 4));
  expect(Math.min(...numbers.slice(0, 10_000))).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...numbers.slice(0, 10_000))).toBeLessThan(4);
  expect(mean(numbers)).toBeCloseTo(1, 1);
  expect(mean(numbers.map((x) => (x - 1) ** 2))).toBeCloseTo(3, 1);
  const narrow = 1 + Number.EPSILON;
  expect(times(200, () => random.uniform(1, narrow)).every((x) => x === 1)).toBe(true);
});

test("normal(mean, standardDeviation) has these moments", () => {
  const random = new Random(8);
  const numbers = times(50_000, () => random.normal(5, 2));
  expect(mean(numbers)).toBeCloseTo(5, 1);
  expect(mean(numbers.map((x) => (x - 5) ** 2))).toBeCloseTo(4, 0);
  expect(mean(numbers.map((x) => ((x - 5) / 2) ** 4))).toBeCloseTo(3, 0);
});

test("integer(count) is uniform, also where 2³² is far from a multiple of the count", () => {
  const random = new Random(9);
  const count = 3 * 2 ** 30; // bits % count would give the lowest third twice as often
  const low = times(30_000, () => random.integer(count)).filter((n) => n < 2 ** 30).length;
  expect(low / 30_000).toBeCloseTo(1 / 3, 1);
  expect(times(20, () => random.integer(1)).every((n) => n === 0)).toBe(true);
});

test("shuffle(items) keeps the items and makes all orders of three equally likely", () => {
  const random = new Random(10);
  const seen = new Map<string, number>();
  for (let i = 0; i < 6_000; i++) {
    const order = random.shuffle(["a", "b", "c"]).join("");
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  for (const times of seen.values()) expect(Math.abs(times - 1_000)).toBeLessThan(150);
});

test("Random refuses a seed that is not a safe integer, and an impossible count", async () => {
  expect((await dataErrorOf(() => new Random(0.5))).message).toBe("Random: seed: expected a safe integer, got 0.5");
  expect((await dataErrorOf(() => new Random(1, Number.NaN))).field).toBe("seed");
  expect((await dataErrorOf(() => new Random(1).integer(0))).field).toBe("count");
  expect((await dataErrorOf(() => new Random(1).integer(2 ** 32 + 1))).field).toBe("count");
});

function mean(numbers: number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
