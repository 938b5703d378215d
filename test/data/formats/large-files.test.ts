// Files over 2 GiB, which Node's own readFile refuses: they are sparse here, and cost neither disk nor memory.
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadNpy, loadSafetensors } from "../../../src/data";
import { npyHead } from "../../../src/data/formats/npy-header";
import { dataErrorOf, temporaryFolder } from "../support";

/** A file that begins and ends with these bytes, and has zeros between them. */
function sparse(head: Uint8Array, size: number, tail: Uint8Array): string {
  const path = join(temporaryFolder(), "large");
  const file = openSync(path, "w");
  writeSync(file, head);
  ftruncateSync(file, size);
  writeSync(file, tail, 0, tail.length, size - tail.length);
  closeSync(file);
  return path;
}

function headOf(entries: object): Buffer {
  const text = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text]);
}

test("loadSafetensors(path, { names }) reads a small array behind 5 GiB, with little memory", async () => {
  const large = 5 * 2 ** 30;
  const head = headOf({
    large: { dtype: "F16", shape: [large / 2], data_offsets: [0, large] },
    small: { dtype: "F32", shape: [2], data_offsets: [large, large + 8] },
    half: { dtype: "F16", shape: [1], data_offsets: [large + 8, large + 10] },
  });
  const path = sparse(head, head.length + large + 10, Buffer.from("0000c03f000000c00042", "hex"));
  const before = process.memoryUsage().arrayBuffers;
  const { small, half } = await loadSafetensors(path, { names: ["small", "half"] });
  expect([...(small?.data ?? []), ...(half?.data ?? [])]).toEqual([1.5, -2, 3]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
});

test("loadSafetensors and loadNpy name a large file that is cut, before they take its memory", async () => {
  const head = headOf({ large: { dtype: "U8", shape: [2 ** 33], data_offsets: [0, 2 ** 33] } });
  expect((await dataErrorOf(() => loadSafetensors(sparse(head, 2 ** 32, Buffer.alloc(1))))).field).toMatch(
    /data_offsets/,
  );
  const npy = await dataErrorOf(() => loadNpy(sparse(npyHead("|u1", [2 ** 33]), 2 ** 32, Buffer.alloc(1))));
  expect(npy).toMatchObject({ field: "size", expected: `${2 ** 33} bytes of values for shape [${2 ** 33}]` });
});
