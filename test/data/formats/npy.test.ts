import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadNpy, numericArray, readNpy, saveNpy, writeNpy } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";

const GOLDEN = join(__dirname, "../../golden/vectors");
const read = (name: string) => readFileSync(join(GOLDEN, `${name}.npy`));
const golden: Record<string, { shape: number[]; values: number[] }> = JSON.parse(
  readFileSync(join(GOLDEN, "vectors.json"), "utf8"),
).npy;

test("readNpy reads what NumPy wrote: every dtype, both orders of bytes and of axes, versions 1.0 to 3.0", () => {
  expect(Object.keys(golden)).toHaveLength(14);
  const kinds: Record<string, unknown> = { int32: Int32Array, int64: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  for (const [name, { shape, values }] of Object.entries(golden)) {
    const array = readNpy(read(name), name);
    expect(array.shape, name).toEqual(shape);
    expect([...array.data], name).toEqual(values.map(name.startsWith("float64") ? Math.fround : (value) => value));
    expect(array.data.constructor, name).toBe(kinds[name] ?? Float32Array);
  }
});

test("writeNpy writes NumPy's bytes", () => {
  for (const name of ["float32", "int32", "uint8", "scalar", "empty"]) {
    expect(Buffer.from(writeNpy(readNpy(read(name)))), name).toEqual(read(name));
  }
});

test("saveNpy and loadNpy: a file and back, with memory of its own", async () => {
  const path = join(temporaryFolder(), "new", "array.npy");
  const array = numericArray(Int32Array.of(-1, 2, 3, 4), [2, 2]);
  await saveNpy(path, array);
  expect(await loadNpy(path)).toEqual(array);
  const [bytes, odd] = [writeNpy(array), new Uint8Array(writeNpy(array).length + 1)];
  odd.set(bytes, 1); // values at any address
  expect(readNpy(odd.subarray(1))).toEqual(array);
});

test("readNpy reads integers of 1, 2, 4 and 8 bytes, with a sign and without, as int32; one beyond it is refused", async () => {
  const folder = join(__dirname, "../../golden/safetensors");
  const expected: Record<string, string[]> = JSON.parse(readFileSync(join(folder, "dtypes.json"), "utf8"));
  for (const name of ["i8", "i16", "u16", "u32", "u64"]) {
    const { data } = await loadNpy(join(folder, `${name}.npy`));
    expect(data, name).toEqual(Int32Array.from(expected[name] ?? [], Number));
  }
  expect(await dataErrorOf(() => loadNpy(join(folder, "u64-big.npy")))).toMatchObject({
    field: "values value 1",
    actual: "9223372036854776000",
  });
});

test("readNpy refuses other dtypes by NumPy's name for them", async () => {
  const dtypes = {
    complex: "<c8",
    text: "<U1",
    structure: "[('x', '<f4'), ('y', '<i4')]",
    objects: "|O",
  };
  for (const [name, dtype] of Object.entries(dtypes)) {
    const { field, actual } = await dataErrorOf(() => readNpy(read(`refused-${name}`), name));
    expect([field, actual.replace(/^'|'$/g, "")], name).toEqual(["dtype", dtype]);
  }
});

/** A file with this header and these bytes after it. */
function fileOf(header: string, values: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(header.length, 0, length.length);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY`, "latin1"),
    Buffer.of(version, 0),
    length,
    Buffer.from(header),
    values,
  ]);
}

const header = (shape: string, { descr = "'<f4'", order = "False" } = {}) =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

test.each([
  ["another file", Buffer.from("PK\u0003\u0004 a zip"), /first bytes/],
  ["nothing", new Uint8Array(0), /first bytes/],
  ["version 4.0", fileOf(header("(1,)"), new Uint8Array(4), 4), /version: .*got 4.0/],
  ["a header that is cut", fileOf(header("(1,)")).subarray(0, 40), /size: .*the header's end, got 40/],
  ["a file of ten bytes", fileOf("", undefined, 2).subarray(0, 10), /size: .*got 10/],
  ["a long header", fileOf(header("(1,)").padEnd(10_001)), /header: expected at most 10000 bytes/],
  [
    "values that are cut",
    fileOf(header("(2, 3)"), new Uint8Array(23)),
    /24 bytes of values for shape \[2, 3\], got 23/,
  ],
  ["too many values", fileOf(header("(2, 3)"), new Uint8Array(25)), /24 bytes of values for shape \[2, 3\], got 25/],
  ["sizes beyond all files", fileOf(header("(4000000000, 4000000000)"), new Uint8Array(4)), /size/],
  ["no shape", fileOf("{'descr': '<f4', 'fortran_order': False, }"), /header: .*shape }, each once/],
  ["a key twice", fileOf("{'descr': '<f4', 'descr': '<f4', 'shape': (), }"), /header/],
  ["another key", fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'more': 1}"), /header/],
  ["code for a shape", fileOf(header("(exit(), 1)")), /header/],
  ["a number for a shape", fileOf(header("(3)"), new Uint8Array(12)), /shape: expected a tuple/],
  ["a negative size", fileOf(header("(-3,)"), new Uint8Array(12)), /shape: expected a tuple/],
  ["an order that is none", fileOf(header("(1,)", { order: "None" }), new Uint8Array(4)), /fortran_order: .*got None/],
  ["a dtype that is none", fileOf(header("(1,)", { descr: "'<constructor'" }), new Uint8Array(4)), /dtype: /],
  ["an int64 beyond int32", fileOf(header("(1,)", { descr: "'<i8'" }), Buffer.alloc(8, 1)), /values value 0: .*int32/],
])("readNpy refuses %s", async (_, bytes, message) => {
  expect((await dataErrorOf(() => readNpy(bytes, "array.npy"))).message).toMatch(message);
});

test("readNpy reads a header as Python 2 wrote it, and keys in any order", () => {
  const values = new Uint8Array(Float32Array.of(1, 2).buffer);
  const text = `{"shape": (2L, 1L), "fortran_order": False, "descr": "<f4"}`;
  expect(readNpy(fileOf(text, values)).shape).toEqual([2, 1]);
});

test("loadNpy names the file; writeNpy refuses other arrays", async () => {
  const path = join(temporaryFolder(), "bad.npy");
  writeFileSync(path, "no array");
  expect((await dataErrorOf(() => loadNpy(path))).file).toBe(path);
  expect((await dataErrorOf(() => loadNpy(`${path}.none`))).actual).toBe("ENOENT");
  expect((await dataErrorOf(() => loadNpy(temporaryFolder()))).actual).toBe("a folder");
  expect((await dataErrorOf(() => writeNpy({ data: new Float32Array(3), shape: [2] }))).field).toBe("data");
});
