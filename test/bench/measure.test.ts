import { expect, test } from "vitest";
import { measure } from "../../scripts/bench/measure.mts";
import { median } from "../../scripts/bench/median.mts";

/** A step that takes these milliseconds, one after the other (the last one for ever), by a clock of its own. */
function stepOf(...durations: number[]) {
  const clock = { ms: 0, calls: 0 };
  const step = () => {
    clock.ms += durations[Math.min(clock.calls++, durations.length - 1)] ?? Number.NaN;
  };
  return { step, clock, now: () => clock.ms };
}

test("the median is the middle value, or the mean of the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
});

test("the first step is told apart, and five warm-ups are not counted", async () => {
  const { step, now } = stepOf(900, 50, 50, 50, 50, 50, 10);
  const result = await measure(step, { seconds: 0.2, now });
  expect(result).toEqual({ median_ms: 10, min_ms: 10, first_step_ms: 900, steps: 20 });
});

test("at least 12 steps, and as many as fit in the time", async () => {
  const [slow, fast] = [stepOf(500), stepOf(0.125)];
  expect((await measure(slow.step, { seconds: 1, now: slow.now })).steps).toBe(12);
  expect((await measure(fast.step, { seconds: 1, now: fast.now })).steps).toBe(8000);
});

test("a very slow step: fewer warm-ups and fewer steps, so that all ends soon after 20 s", async () => {
  const { step, clock, now } = stepOf(4000);
  expect((await measure(step, { now })).steps).toBe(3);
  expect(clock.calls).toBe(1 + 2 + 3);
});

test("a step may return a promise", async () => {
  let waited = 0;
  await measure(() => Promise.resolve().then(() => waited++), { seconds: 0.001 });
  expect(waited).toBeGreaterThanOrEqual(18);
});
