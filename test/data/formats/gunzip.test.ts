// In a file and a process of their own (vitest.config.mts sees to that), because these tests measure a process's peak memory.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readIdx } from "../../../src/data";
import { dataErrorOf, idx } from "../support";

const MEGABYTE = 2 ** 20;
const manyZeros = gzipSync(Buffer.alloc(32 * MEGABYTE));

/** A gigabyte of zeros in one megabyte of gzip, after a header that announces `count` images. */
function bomb(count: number): Buffer {
  return Buffer.concat([gzipSync(idx(2051, [count, 28, 28], [])), ...Array<Buffer>(32).fill(manyZeros)]);
}

/** The error, and the growth of the process's peak memory in megabytes. */
async function refusal(bytes: Uint8Array, maxCount: number) {
  const before = process.resourceUsage().maxRSS;
  const error = await dataErrorOf(() => readIdx(bytes, "bomb.gz", { itemShape: [28, 28], maxCount }));
  return { error, growth: (process.resourceUsage().maxRSS - before) / 1024 };
}

test("readDigits stops a decompression bomb at the first byte beyond the announced size", async () => {
  const { error, growth } = await refusal(bomb(10), 60_000);
  expect(error).toMatchObject({ file: "bomb.gz", field: "size", expected: "7856 unpacked bytes", actual: "more" });
  expect(growth).toBeLessThan(32);
});

test("a header that announces more than maxCount is refused before memory is allocated", async () => {
  const { error, growth } = await refusal(bomb(0xffff_ffff), 60_000);
  expect(error).toMatchObject({ field: "count", expected: "a whole number from 1 to 60000", actual: "4294967295" });
  expect(growth).toBeLessThan(16);
});

test("a header that announces more than the packed bytes can contain is refused before memory is allocated", async () => {
  const { error, growth } = await refusal(gzipSync(idx(2051, [1_000_000, 28, 28], [1, 2, 3])), 1_000_000);
  expect(error).toMatchObject({ field: "unpacked size in the header", actual: "784000016" });
  expect(growth).toBeLessThan(16);
});

test("a bomb that announces the largest allowed size costs that size and little more", async () => {
  const { error, growth } = await refusal(bomb(60_000), 60_000);
  expect(error).toMatchObject({ field: "size", expected: "47040016 unpacked bytes", actual: "more" });
  expect(growth).toBeLessThan(45 + 64);
});
