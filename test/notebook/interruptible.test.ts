import { expect, test } from "vitest";
import { InterruptedError, interruptible } from "../../src/notebook";
import { slowness } from "../pace";
import { processorTime } from "../processor-time";

test("all items come, in order, when nobody interrupts", async () => {
  const seen: number[] = [];
  for await (const item of interruptible([1, 2, 3])) seen.push(item);
  expect(seen).toEqual([1, 2, 3]);
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("an interrupt ends the loop before its next item, though the loop never awaits anything else", async () => {
  const atOnce = 5_000 * slowness();
  let count = 0;
  function* forever() {
    for (;;) yield count++;
  }
  let [interrupted, wall, items] = [0, 0, 0];
  setTimeout(() => {
    [interrupted, wall, items] = [processorTime(), performance.now(), count];
    process.emit("SIGINT");
  }, 100);
  const loop = (async () => {
    for await (const _ of interruptible(forever())) while (performance.now() % 1 > 0.9);
  })();
  await expect(loop).rejects.toThrow(InterruptedError);
  expect(processorTime() - interrupted).toBeLessThan(1_000);
  expect(performance.now() - wall).toBeLessThan(atOnce); // a loop that waits takes no processor time
  expect(count - items, "items after the interrupt").toBeLessThanOrEqual(1);
  const then = count;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(count).toBe(then);
  expect(process.listenerCount("SIGINT")).toBe(0);
});
