import { expect, test } from "vitest";
import { timings } from "../../src/notebook";

/** Keeps the core busy for so many milliseconds. */
function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test("timings gives the milliseconds of one call of each", async () => {
  const { short, long } = await timings({ short: () => busy(1), long: () => busy(40) }, { rounds: 3, calls: 2 });
  expect(short).toBeGreaterThanOrEqual(1);
  expect(long).toBeGreaterThanOrEqual(40);
  expect(long).toBeGreaterThan(short);
});

test("all are called once beforehand and then take turns, each round from the next one on", async () => {
  const called: string[] = [];
  await timings({ a: () => called.push("a"), b: () => called.push("b") }, { rounds: 2, calls: 2 });
  expect(called.join("")).toBe("ab" + "aabb" + "bbaa");
});

test("the fastest round counts", async () => {
  let calls = 0;
  const { work } = await timings({ work: () => busy(calls++ < 2 ? 200 : 1) }, { rounds: 4, calls: 1 });
  expect(work).toBeLessThan(200);
});

test("rounds and calls are whole numbers above 0", async () => {
  await expect(timings({}, { rounds: 0 })).rejects.toThrow("timings: rounds: expected a whole number above 0, got 0");
  await expect(timings({}, { calls: 1.5 })).rejects.toThrow("timings: calls: expected a whole number above 0, got 1.5");
});
