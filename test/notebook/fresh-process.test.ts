import { expect, test } from "vitest";
import { FreshProcessError, InterruptedError, inFreshProcess } from "../../src/notebook";

const MB = 2 ** 20;

test("inFreshProcess gives a function what it is given, in another process, and its value back", async () => {
  const there = await inFreshProcess(({ a, b }) => ({ sum: a + b, pid: process.pid }), { a: 1, b: 2 });
  expect(there.sum).toBe(3);
  expect(there.pid).not.toBe(process.pid);
});

test("what this process holds does not count there", async () => {
  const held = Buffer.alloc(300 * MB, 1);
  const hold = (bytes: number) => {
    const before = process.memoryUsage.rss();
    const own = Buffer.alloc(bytes, 1);
    return { before, grown: process.memoryUsage.rss() - before, own: own[0] };
  };
  const { before, grown } = await inFreshProcess(hold, 128 * MB);
  expect(held[0]).toBe(1);
  expect(before).toBeLessThan(300 * MB);
  expect(grown).toBeGreaterThan(120 * MB);
  expect(grown).toBeLessThan(160 * MB);
});

test("it may return nothing, and be given much", async () => {
  expect(await inFreshProcess(() => {}, undefined)).toBeUndefined();
  const many = Array.from({ length: 100_000 }, (_, i) => i);
  expect(await inFreshProcess((given) => given.length, many)).toBe(100_000);
});

test("an error is told with its message", async () => {
  const failing = async () => {
    throw new RangeError("mine");
  };
  await expect(inFreshProcess(failing, null)).rejects.toThrow(/RangeError: mine/);
  await expect(inFreshProcess(failing, null)).rejects.toBeInstanceOf(FreshProcessError);
});

test("functions that the function calls go along, by their names", async () => {
  const half = (x: number) => x / 2;
  const quarter = (x: number) => half(half(x));
  expect(await inFreshProcess((x: number) => quarter(x) + half(x), 8, { functions: { half, quarter } })).toBe(6);
});

test("a name from outside is told, not undefined", async () => {
  const outside = 3;
  await expect(inFreshProcess(() => outside, null)).rejects.toThrow(/outside is not defined/);
});

test("a process that ends without a value is told with what it printed", async () => {
  const ending = () => {
    console.error("out of luck");
    process.exit(7);
  };
  await expect(inFreshProcess(ending, null)).rejects.toThrow(/ended with code 7: out of luck/);
});

test("an interrupt ends the process and the wait", async () => {
  const forever = () => new Promise<void>(() => setInterval(() => 0, 1000));
  const running = inFreshProcess(forever, null);
  setTimeout(() => process.emit("SIGINT"), 300);
  await expect(running).rejects.toBeInstanceOf(InterruptedError);
});
