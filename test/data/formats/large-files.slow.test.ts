// Files over 2 GiB as a whole: what we write, we read. Each test takes 2.2 GB, of memory or of the disk.
import { closeSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadNpy, loadSafetensors, type NumericArray, numericArray, saveSafetensors } from "../../../src/data";
import { npyHead } from "../../../src/data/formats/npy-header";
import { temporaryFolder } from "../support";

const SIZE = 2 ** 31 + 12;

/** A sparse file: the head, and `SIZE` bytes of which the last four are not 0. */
function sparse(head: Uint8Array): string {
  const path = join(temporaryFolder(), "large");
  const file = openSync(path, "w");
  writeSync(file, head);
  ftruncateSync(file, head.length + SIZE);
  writeSync(file, Uint8Array.of(1, 2, 3, 4), 0, 4, head.length + SIZE - 4);
  closeSync(file);
  return path;
}

const expectWhole = ({ data, shape }: NumericArray): void => {
  expect(shape).toEqual([SIZE]);
  expect(data).toHaveLength(SIZE);
  expect([...data.subarray(0, 2), ...data.subarray(SIZE - 5)]).toEqual([0, 0, 0, 1, 2, 3, 4]);
};

test("loadSafetensors(path) reads an array of more than 2 GiB", async () => {
  const text = Buffer.from(JSON.stringify({ large: { dtype: "U8", shape: [SIZE], data_offsets: [0, SIZE] } }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  expectWhole((await loadSafetensors(sparse(Buffer.concat([length, text])))).large as NumericArray);
});

test("loadNpy(path) reads an array of more than 2 GiB", async () => {
  expectWhole(await loadNpy(sparse(npyHead("|u1", [SIZE]))));
});

test("saveSafetensors(path, arrays) writes more than 2 GiB from little memory, and loadSafetensors reads the last array", async () => {
  const path = join(temporaryFolder(), "large");
  const memory = new Float32Array(2 ** 24 + 34); // 64 MiB, of which each array has another part
  memory.forEach((_, i) => {
    memory[i] = i;
  });
  const arrays = Object.fromEntries(
    Array.from({ length: 34 }, (_, i) => [`part${i + 10}`, numericArray(memory.subarray(i, i + 2 ** 24), [2 ** 24])]),
  );
  await saveSafetensors(path, arrays);
  expect(statSync(path).size).toBeGreaterThan(2 ** 31);
  const { part43 } = await loadSafetensors(path, { names: ["part43"] });
  const bytesIn = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array | Int32Array) =>
    Buffer.from(buffer, byteOffset, byteLength); // to compare so many values one by one would take minutes
  expect(part43?.data).toHaveLength(2 ** 24);
  expect(bytesIn(part43?.data as Float32Array).equals(bytesIn(memory.subarray(33, 33 + 2 ** 24)))).toBe(true);
});
