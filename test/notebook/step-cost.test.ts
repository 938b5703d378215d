import { afterEach, expect, test, vi } from "vitest";
import { stepCost } from "../../src/notebook";

afterEach(() => {
  vi.restoreAllMocks();
});

test("stepCost(step, calls) tells the first call from the fastest of the others, and gives the last value", async () => {
  let [now, calls] = [0, 0];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const milliseconds = [400, 30, 10, 20];
  const cost = await stepCost(() => {
    now += milliseconds[calls] ?? 0;
    return ++calls;
  }, 4);
  expect(cost).toMatchObject({ last: 4, first: 0.4 });
  expect(cost.fastest).toBeCloseTo(0.01);
});

test("stepCost sees by how much the process grew", async () => {
  const held: Buffer[] = [];
  const { bytes } = await stepCost(() => held.push(Buffer.alloc(40 * 2 ** 20, 1)), 3);
  expect(bytes).toBeGreaterThan(100 * 2 ** 20);
});

test("stepCost needs two calls", async () => {
  await expect(stepCost(() => 1, 1)).rejects.toThrow("stepCost: calls: expected a whole number of at least 2, got 1");
});
