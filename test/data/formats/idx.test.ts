import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type IdxFormat, readIdx } from "../../../src/data";
import { dataErrorOf, idx, packedImages, packedLabels } from "../support";

const labels: IdxFormat = { itemShape: [], maxCount: 100 };
const images: IdxFormat = { itemShape: [28, 28], maxCount: 100 };
const read = (bytes: Uint8Array, format = labels) => readIdx(bytes, "some.gz", format);
const errorOf = (bytes: Uint8Array, format = labels) => dataErrorOf(() => read(bytes, format));

test("readIdx(packed, file, format) gives the bytes with their shape", async () => {
  expect(await read(packedLabels(5, 0, 4))).toEqual({ data: Uint8Array.of(5, 0, 4), shape: [3] });
  const { data, shape } = await read(packedImages(2), images);
  expect(shape).toEqual([2, 28, 28]);
  expect([data[0], data[255], data[256], data[1567]]).toEqual([0, 255, 0, 1567 % 256]);
});

test("readIdx reads gzip in several members as one file", async () => {
  const bytes = idx(2049, [3], [7, 8, 9]);
  const members = Buffer.concat([
    gzipSync(bytes.subarray(0, 5)),
    gzipSync(bytes.subarray(5, 9)),
    gzipSync(bytes.subarray(9)),
  ]);
  expect((await read(members)).data).toEqual(Uint8Array.of(7, 8, 9));
});

test("readIdx refuses an empty file, and says that it is empty", async () => {
  expect((await errorOf(new Uint8Array(0))).message).toBe("some.gz: size: expected gzip data, got an empty file");
});

test("readIdx refuses bytes that are not gzip", async () => {
  expect(await errorOf(Buffer.from("<html>404</html>"))).toMatchObject({
    field: "gzip",
    actual: "incorrect header check",
  });
  expect((await errorOf(idx(2049, [1], [1]))).field).toBe("gzip");
});

test("readIdx refuses truncated gzip, wherever it ends", async () => {
  const whole = packedLabels(1, 2, 3, 4, 5);
  for (let end = 1; end < whole.length; end++) {
    const error = await errorOf(whole.subarray(0, end));
    expect(error).toMatchObject({
      field: "gzip",
      expected: "whole, intact gzip data",
      actual: "unexpected end of file",
    });
  }
});

test("readIdx refuses bytes after the end of the gzip data", async () => {
  for (const trailing of [[0], [0, 0, 0], [1, 2, 3], [0x1f], [0x1f, 0x8b]]) {
    expect((await errorOf(Buffer.concat([packedLabels(1, 2), Buffer.from(trailing)]))).field).toBe("gzip");
  }
});

test("readIdx refuses a wrong magic number: images instead of labels, and other types of numbers", async () => {
  expect(await errorOf(packedImages(1))).toMatchObject({
    file: "some.gz",
    field: "magic",
    expected: "2049",
    actual: "2051",
  });
  expect(await errorOf(packedLabels(...Array(20).fill(1)), images)).toMatchObject({ expected: "2051", actual: "2049" });
  expect((await errorOf(gzipSync(idx(0x0d01, [1], [1, 2, 3, 4])))).actual).toBe("3329"); // 0x0d: float32
});

test("readIdx refuses a count that does not fit the bytes, too few and too many", async () => {
  const short = await errorOf(gzipSync(idx(2049, [4], [1, 2, 3])));
  expect(short).toMatchObject({ field: "size", expected: "12 unpacked bytes", actual: "11" });
  const long = await errorOf(gzipSync(idx(2049, [4], [1, 2, 3, 4, 5])));
  expect(long).toMatchObject({ field: "size", expected: "12 unpacked bytes", actual: "more" });
});

test("readIdx refuses a file that ends inside its header", async () => {
  expect((await errorOf(gzipSync(Buffer.from([0, 0, 8])))).message).toContain("at least 8 unpacked bytes, got 3");
  expect((await errorOf(gzipSync(Buffer.alloc(0)))).message).toContain("at least 8 unpacked bytes, got 0");
});

test("readIdx refuses images of another size", async () => {
  const error = await errorOf(gzipSync(idx(2051, [1, 28, 32], new Uint8Array(28 * 32))), images);
  expect(error).toMatchObject({ field: "size of axis 2", expected: "28", actual: "32" });
});

test("readIdx refuses a count of 0 or above maxCount", async () => {
  expect((await errorOf(packedLabels())).message).toBe("some.gz: count: expected a whole number from 1 to 100, got 0");
  expect((await errorOf(gzipSync(idx(2049, [101], new Uint8Array(101))))).field).toBe("count");
});
