import { expect, test } from "vitest";
import { peakMemory } from "../../src/notebook";

const MB = 2 ** 20;
/** Holds so many bytes, written to, for a third of a second in which the main thread does nothing else. */
function hold(bytes: number): number {
  const held = Buffer.alloc(bytes, 1);
  const end = performance.now() + 300;
  while (performance.now() < end);
  return held[bytes - 1] as number;
}

test("peakMemory sees what a synchronous function holds and frees again, and gives its value", async () => {
  const { value, bytes } = await peakMemory(() => hold(256 * MB));
  expect(value).toBe(1);
  expect(bytes).toBeGreaterThan(200 * MB);
  expect(bytes).toBeLessThan(400 * MB);
  expect((await peakMemory(async () => hold(1))).bytes).toBeLessThan(100 * MB);
});

test("peakMemory passes an error on", async () => {
  const failing = () => {
    throw new Error("mine");
  };
  await expect(peakMemory(failing)).rejects.toThrow("mine");
});
