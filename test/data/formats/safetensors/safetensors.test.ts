import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  loadSafetensors,
  type NumericArray,
  readSafetensors,
  readSafetensorsMetadata,
  saveSafetensors,
  writeSafetensors,
} from "../../../../src/data";
import { dataErrorOf, temporaryFolder } from "../../support";

const FOREIGN = join(__dirname, "../../../golden/foreign");

/** A file of the given header and the given number of bytes 0, 1, 2, … after it. */
function fileOf(header: unknown, size = 0, length?: number): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([head, text, Uint8Array.from({ length: size }, (_, i) => i)]);
}

const u8 = (begin: number, end: number) => ({ dtype: "U8", shape: [end - begin], data_offsets: [begin, end] });

const arrays: Record<string, NumericArray> = {
  bytes: { data: Uint8Array.of(0, 7, 255), shape: [3] },
  "layer/kernel:0": { data: Float32Array.of(1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY), shape: [2, 2] },
  lengths: { data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1), shape: [2, 1] },
  none: { data: new Float32Array(0), shape: [0, 5] },
  one: { data: Float32Array.of(7), shape: [] },
};

test("readSafetensors(writeSafetensors(arrays)) gives the same data, shapes and types", () => {
  const read = readSafetensors(writeSafetensors(arrays));
  expect(Object.keys(read).sort()).toEqual(Object.keys(arrays).sort());
  for (const [name, { data, shape }] of Object.entries(arrays)) expect(read[name]).toMatchObject({ data, shape });
  expect(Object.values(read).map((array) => array.dtype)).toEqual(["F32", "I32", "F32", "F32", "U8"]);
});

test("writeSafetensors aligns the values with spaces in the header; readSafetensors reads bytes at any address", () => {
  const file = writeSafetensors(arrays);
  expect((8 + Number(new DataView(file.buffer).getBigUint64(0, true))) % 8).toBe(0);
  const odd = new Uint8Array(file.length + 1);
  odd.set(file, 1);
  expect(readSafetensors(odd.subarray(1))).toEqual(readSafetensors(file));
});

test("readSafetensors(bytes) gives arrays with memory of their own", () => {
  const file = writeSafetensors(arrays);
  const read = readSafetensors(file);
  file.fill(1);
  expect(read.bytes?.data).toEqual(Uint8Array.of(0, 7, 255));
});

test("readSafetensors reads every type that PyTorch writes: floats to float32, integers to int32, booleans to bytes", () => {
  const expected: Record<string, string[]> = JSON.parse(readFileSync(join(FOREIGN, "dtypes.json"), "utf8"));
  const read = readSafetensors(readFileSync(join(FOREIGN, "dtypes.safetensors")));
  expect(Object.keys(read).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { data }] of Object.entries(read)) {
    const values = (expected[name] ?? []).map((text) => Number(text.replace("inf", "Infinity")));
    expect([...data], name).toEqual(data instanceof Float32Array ? values.map(Math.fround) : values);
  }
  const kinds = Object.fromEntries(Object.entries(read).map(([name, { data }]) => [name, data.constructor.name]));
  expect(kinds).toMatchObject({ float64: "Float32Array", bfloat16: "Float32Array", float16: "Float32Array" });
  expect(kinds).toMatchObject({ int64: "Int32Array", int32: "Int32Array", uint8: "Uint8Array", bool: "Uint8Array" });
});

test("readSafetensors reads every committed file of another library, with its metadata", () => {
  const files = readdirSync(FOREIGN).filter((name) => name.endsWith(".safetensors") && name !== "dtypes.safetensors");
  expect(files.length).toBeGreaterThan(30);
  for (const name of files) {
    const bytes = readFileSync(join(FOREIGN, name));
    for (const { dtype, data } of Object.values(readSafetensors(bytes, name))) {
      expect([dtype, data.every(Number.isFinite)]).toEqual(["F32", true]);
    }
    expect(readSafetensorsMetadata(bytes, name)).toEqual({ library: name.split(".")[0] });
  }
});

test("readSafetensors reads an F16 that is zero, subnormal, normal, infinite or NaN", () => {
  const values = { dtype: "F16", shape: [6], data_offsets: [0, 12] };
  const file = Buffer.concat([
    fileOf({ values }),
    Uint8Array.of(0x00, 0x80, 0x01, 0x00, 0xff, 0x03, 0xff, 0xfb, 0x00, 0x7c, 0x01, 0x7e),
  ]);
  const expected = [-0, 2 ** -24, 1023 * 2 ** -24, -65504, Number.POSITIVE_INFINITY, Number.NaN];
  expect([...(readSafetensors(file).values?.data ?? [])]).toEqual(expected);
});

test("readSafetensors refuses I64 beyond int32, F64 beyond float32, and a boolean above 1", async () => {
  const one = (dtype: string, bytes: number[]) =>
    Buffer.concat([fileOf({ w: { dtype, shape: [1], data_offsets: [0, bytes.length] } }), Uint8Array.from(bytes)]);
  const big = await dataErrorOf(() => readSafetensors(one("I64", [0, 0, 0, 128, 0, 0, 0, 0]), "net"));
  expect(big.message).toBe('net: tensor "w" value 0: expected a whole number in the range of int32, got 2147483648');
  expect((await dataErrorOf(() => readSafetensors(one("I64", [0, 0, 0, 0, 1, 0, 0, 0])))).actual).toBe("4294967296");
  const wide = Buffer.alloc(8);
  wide.writeDoubleLE(1e300);
  expect((await dataErrorOf(() => readSafetensors(one("F64", [...wide])))).actual).toBe("1e+300");
  expect((await dataErrorOf(() => readSafetensors(one("BOOL", [2])))).expected).toBe("0 or 1");
});

test("names of Object's own members are ordinary names, and nothing else changes", () => {
  const own = JSON.parse('{"__proto__": 1, "constructor": 1, "toString": 1, "2": 1}');
  const named = Object.fromEntries(Object.keys(own).map((name, i) => [name, { data: Uint8Array.of(i), shape: [1] }]));
  const read = readSafetensors(writeSafetensors(named));
  expect(Object.keys(read).sort()).toEqual(["2", "__proto__", "constructor", "toString"]);
  expect(Object.getPrototypeOf(read)).toBeNull();
  expect(({} as { data?: unknown }).data).toBeUndefined();
  expect(readSafetensors(fileOf("{}")).toString).toBeUndefined();
});

test.each([
  ["no header length", Uint8Array.of(1, 0, 0), "size", "3"],
  ["a header longer than the file", fileOf("{}", 0, 3), "header length", "3"],
  ["a header of 2⁶⁴ − 1 bytes", Buffer.alloc(64, 255), "header length", /^1844674407370955/],
  ["a header over the limit", Buffer.concat([fileOf("", 0, 17e6), Buffer.alloc(17e6)]), "header length", "17000000"],
  ["no JSON", fileOf("{]"), "header", /JSON/],
  ["bytes that are no UTF-8", fileOf("").fill(0xff, 8), "header", /JSON/],
  ["another encoding's mark", fileOf("\uFEFF{}"), "header", /JSON/],
  ["a list", fileOf("[]"), "header", "[]"],
  [
    "a name twice",
    fileOf('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061" :{}}'),
    "header",
    '"a" twice',
  ],
  ["a field twice", fileOf('{"a":{"dtype":"U8","dtype":"U8"}}'), "header", '"dtype" twice'],
  ["many levels", fileOf(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`), "header", "more than 8 levels"],
  ["remarks that are no strings", fileOf({ __metadata__: { a: 1 } }), "__metadata__", 'an object with {"a"}'],
  ["an entry that is no object", fileOf({ a: 1 }), 'tensor "a"', "1"],
  ["no type", fileOf({ a: {} }), 'tensor "a" dtype', "nothing"],
  ["a type that is no name", fileOf({ a: { ...u8(0, 0), dtype: "i8" } }), 'tensor "a" dtype', '"i8"'],
  ["a type of no end", fileOf({ a: { ...u8(0, 0), dtype: "F".repeat(33) } }), 'tensor "a" dtype', /^"F+"$/],
  ["a type of Object's own", fileOf({ a: { ...u8(0, 0), dtype: "toString" } }), 'tensor "a" dtype', '"toString"'],
  ["a negative size", fileOf({ a: { ...u8(0, 1), shape: [-1] } }, 1), 'tensor "a" shape', "[-1]"],
  ["half a size", fileOf({ a: { ...u8(0, 1), shape: [0.5, 2] } }, 1), 'tensor "a" shape', "[0.5, 2]"],
  ["a shape that is a word", fileOf({ a: { ...u8(0, 1), shape: "1" } }, 1), 'tensor "a" shape', '"1"'],
  ["sizes whose product overflows", fileOf({ a: { ...u8(0, 1), shape: Array(40).fill(2 ** 52) } }, 1), /offsets/, "1"],
  ["sizes that are not the data's", fileOf({ a: { ...u8(0, 2), shape: [3] } }, 2), 'tensor "a" data_offsets', "2"],
  ["an end before the begin", fileOf({ a: { ...u8(0, 0), data_offsets: [1, 0] } }, 1), /offsets/, "[1, 0]"],
  ["an end past the file", fileOf({ a: u8(0, 4) }, 3), 'tensor "a" data_offsets', "[0, 4]"],
  ["one offset", fileOf({ a: { ...u8(0, 0), data_offsets: [0] } }), 'tensor "a" data_offsets', "[0]"],
  ["arrays that overlap", fileOf({ a: u8(0, 2), b: u8(1, 3) }, 3), 'tensor "b" data_offsets', "1"],
  ["a gap between arrays", fileOf({ a: u8(0, 1), b: u8(2, 3) }, 3), 'tensor "b" data_offsets', "2"],
  ["a gap at the beginning", fileOf({ a: u8(1, 3) }, 3), 'tensor "a" data_offsets', "1"],
  ["bytes that no array has", fileOf({ a: u8(0, 1) }, 3), "data", "3"],
])("%s is refused with file, field and what came", async (_, bytes, field, actual) => {
  const error = await dataErrorOf(() => readSafetensors(bytes, "net.safetensors"));
  expect(error.file).toBe("net.safetensors");
  expect(error.field).toMatch(field);
  expect(error.actual).toMatch(actual);
  expect(error.message.length).toBeLessThan(400);
});

test("writeSafetensors refuses arrays, names and metadata that it cannot write, by name", async () => {
  const array = { data: Uint8Array.of(1), shape: [1] };
  expect((await dataErrorOf(() => writeSafetensors({ __metadata__: array }))).actual).toBe("__metadata__");
  expect((await dataErrorOf(() => writeSafetensors({ a: { ...array, shape: [2] } }))).field).toBe("data");
  const wide = { data: new Float64Array(1) as never, shape: [1] };
  expect((await dataErrorOf(() => writeSafetensors({ wide }))).field).toBe("wide");
  expect((await dataErrorOf(() => writeSafetensors({}, { epoch: 3 as never }))).field).toBe("metadata epoch");
  for (const metadata of [0.01, "epoch 3", ["3"]]) {
    expect((await dataErrorOf(() => writeSafetensors({}, metadata as never))).field).toBe("metadata");
  }
});

test("saveSafetensors(path, arrays) makes the folder, writes the file whole and leaves nothing else; loadSafetensors reads it", async () => {
  const folder = join(temporaryFolder(), "run");
  const path = join(folder, "net.safetensors");
  await saveSafetensors(path, {}, { epoch: "1" });
  await saveSafetensors(path, arrays, { epoch: "2" });
  expect(await loadSafetensors(path)).toEqual(readSafetensors(writeSafetensors(arrays)));
  expect(readSafetensorsMetadata(readFileSync(path))).toEqual({ epoch: "2" });
  expect(readdirSync(folder)).toEqual(["net.safetensors"]);
});

test("loadSafetensors and saveSafetensors name a file that is missing, a folder, damaged or not writable", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "net");
  expect(await dataErrorOf(() => loadSafetensors(path))).toMatchObject({ file: path, actual: "ENOENT" });
  expect(await dataErrorOf(() => loadSafetensors(folder))).toMatchObject({ file: folder, field: "kind" });
  writeFileSync(path, "damaged, this");
  expect(await dataErrorOf(() => loadSafetensors(path))).toMatchObject({ file: path, field: "header length" });
  const below = join(path, "below");
  expect(await dataErrorOf(() => saveSafetensors(below, {}))).toMatchObject({ file: below, field: "access" });
});
