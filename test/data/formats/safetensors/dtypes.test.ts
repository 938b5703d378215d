// Every dtype of the format, read from and compared with files of Python's safetensors (test/golden/safetensors).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  loadSafetensors,
  type NumericArray,
  numericArray,
  readSafetensors,
  type SafetensorsArray,
  saveSafetensors,
  type WrittenDtype,
  writeSafetensors,
} from "../../../../src/data";
import { parseHeader, readHeaderLength } from "../../../../src/data/formats/safetensors/header";
import { dataErrorOf, temporaryFolder } from "../../support";

const GOLDEN = join(__dirname, "../../../golden/safetensors");
const DTYPES = join(GOLDEN, "dtypes.safetensors");
const expected: Record<string, string[]> = JSON.parse(readFileSync(join(GOLDEN, "dtypes.json"), "utf8"));
const number = (text: string) => Number(text.replace("inf", "Infinity"));

/** Both ways to read a file give the same arrays. */
const bothWays = async (path: string) =>
  [readSafetensors(readFileSync(path), path), await loadSafetensors(path)] as const;

test("I8, I16, U16, U32 and U64 are read as int32, F8_E4M3, F8_E5M2 and F8_E8M0 as float32, all values exactly", async () => {
  for (const read of await bothWays(DTYPES)) {
    for (const [name, texts] of Object.entries(expected)) {
      const { data, dtype } = read[name] as SafetensorsArray;
      expect([...data], name).toEqual(texts.map(number));
      expect(dtype).toBe(name.toUpperCase());
      expect(data.constructor.name).toBe(name.startsWith("f") ? "Float32Array" : "Int32Array");
    }
  }
});

test("an array of a dtype that has no array here is told of, the others are read, and its data give an error", async () => {
  for (const read of await bothWays(DTYPES)) {
    expect(Object.keys(read).sort()).toEqual([...Object.keys(expected), "c64", "f4"].sort());
    expect([read.c64?.dtype, read.c64?.shape, read.f4?.dtype, read.f4?.shape]).toEqual(["C64", [1], "F4", [4]]);
    const error = await dataErrorOf(() => read.c64?.data);
    expect(error).toMatchObject({ file: DTYPES, field: 'tensor "c64" dtype', actual: "C64" });
    expect(error.expected).toMatch(/^one of F64, .*BOOL$/);
    expect((await dataErrorOf(() => writeSafetensors(read as Record<string, NumericArray>))).actual).toBe("C64");
  }
});

test("U32 and U64 beyond int32 are refused, by the value", async () => {
  const one = (dtype: string, bytes: number[]) => {
    const head = Buffer.from(JSON.stringify({ w: { dtype, shape: [1], data_offsets: [0, bytes.length] } }));
    const length = Buffer.alloc(8);
    length.writeUInt8(head.length, 0);
    return Buffer.concat([length, head, Uint8Array.from(bytes)]);
  };
  const refused = async (dtype: string, bytes: number[]) =>
    (await dataErrorOf(() => readSafetensors(one(dtype, bytes)))).actual;
  expect(await refused("U32", [0, 0, 0, 128])).toBe("2147483648");
  expect(await refused("U64", [255, 255, 255, 255, 255, 255, 255, 255])).toBe("18446744073709552000");
});

test("{ names }: those arrays alone, by a list or a function; a name that is not there or not readable is refused", async () => {
  const bytes = readFileSync(DTYPES);
  const isF8 = (name: string) => name.startsWith("f8");
  expect(Object.keys(readSafetensors(bytes, "net", { names: ["i16", "i8"] })).sort()).toEqual(["i16", "i8"]);
  expect(Object.keys(await loadSafetensors(DTYPES, { names: ["f32"] }))).toEqual(["f32"]);
  expect(Object.keys(await loadSafetensors(DTYPES, { names: isF8 })).sort()).toEqual(["f8_e4m3", "f8_e5m2", "f8_e8m0"]);
  expect(await loadSafetensors(DTYPES, { names: [] })).toEqual(Object.create(null));
  for (const read of [
    (names: string[]) => readSafetensors(bytes, DTYPES, { names }),
    (names: string[]) => loadSafetensors(DTYPES, { names }),
  ]) {
    const lost = await dataErrorOf(() => read(["i8", "I8"]));
    expect(lost).toMatchObject({ file: DTYPES, field: "names", expected: '"I8", as asked for' });
    expect(lost.actual).toMatch(/^"u64", "c64", "f32", "u32" and 7 more$/);
    expect(await dataErrorOf(() => read(["c64"]))).toMatchObject({ field: 'tensor "c64" dtype', actual: "C64" });
    expect((await dataErrorOf(() => read("i8" as never))).field).toBe("names");
  }
  expect((await dataErrorOf(() => loadSafetensors(DTYPES, { name: ["i8"] } as never))).field).toBe("options");
});

/** The bytes of each array of a file. */
function bytesByName(bytes: Uint8Array): Record<string, { dtype: string; bytes: Buffer }> {
  const begin = 8 + readHeaderLength(bytes.subarray(0, 8), bytes.length, "file");
  const { entries } = parseHeader(bytes.subarray(8, begin), bytes.length - begin, "file");
  const part = (from: number, to: number) => Buffer.from(bytes.subarray(begin + from, begin + to));
  return Object.fromEntries(
    [...entries].map(([name, { dtype, begin, end }]) => [name, { dtype, bytes: part(begin, end) }]),
  );
}

const written = JSON.parse(readFileSync(join(GOLDEN, "written.json"), "utf8"));
const floats = (hex: string) => {
  const { buffer } = Uint8Array.from(Buffer.from(hex, "hex"));
  return numericArray(new Float32Array(buffer), [buffer.byteLength / 4]);
};

test("writeSafetensors(arrays, metadata, { dtypes }) writes F16, BF16, F64, I64 and BOOL: the bytes that NumPy and Python write", async () => {
  const arrays = {
    half: floats(written.half),
    brain: floats(written.brain),
    double: floats(written.double),
    ids: numericArray(Int32Array.from(written.ids), [4]),
    mask: numericArray(Uint8Array.from(written.mask), [3]),
  };
  const dtypes: Record<string, WrittenDtype> = { half: "F16", brain: "BF16", double: "F64", ids: "I64", mask: "BOOL" };
  const file = writeSafetensors(arrays, {}, { dtypes });
  const [ours, theirs] = [bytesByName(file), bytesByName(readFileSync(join(GOLDEN, "written.safetensors")))];
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  for (const [name, { dtype, bytes }] of Object.entries(theirs)) {
    expect(ours[name]?.dtype).toBe(dtype);
    const differs = bytes.findIndex((byte, i) => byte !== ours[name]?.bytes[i]);
    expect(differs, name).toBe(-1); // NaN too: both are the quiet one
    expect(ours[name]?.bytes.length).toBe(bytes.length);
  }
  const path = join(temporaryFolder(), "file");
  await saveSafetensors(path, arrays, {}, { dtypes });
  expect(Buffer.compare(readFileSync(path), file)).toBe(0);
  const read = readSafetensors(file);
  for (const name of ["double", "ids", "mask"] as const)
    expect([...(read[name]?.data ?? [])]).toEqual([...arrays[name].data]);
});

test("{ dtypes }: one text is that of all float32 arrays; the widest values stand first, and every value at a multiple of its size", () => {
  const arrays = {
    a: numericArray(Uint8Array.of(1, 0, 1), [3]),
    b: numericArray(Float32Array.of(1.5, -0), [2]),
    c: numericArray(Int32Array.of(5), [1]),
    d: numericArray(Float32Array.of(0.1), []),
  };
  const found = bytesByName(writeSafetensors(arrays, {}, { dtypes: "F16" }));
  expect(Object.entries(found).map(([name, { dtype }]) => [name, dtype])).toEqual([
    ...[
      ["c", "I32"],
      ["b", "F16"],
      ["d", "F16"],
      ["a", "U8"],
    ],
  ]);
  const wide = bytesByName(writeSafetensors(arrays, {}, { dtypes: { a: "I64", b: "F64" } }));
  expect(Object.entries(wide).map(([name, { dtype }]) => [name, dtype])).toEqual([
    ...[
      ["a", "I64"],
      ["b", "F64"],
      ["c", "I32"],
      ["d", "F32"],
    ],
  ]);
  expect([...(readSafetensors(writeSafetensors(arrays, {}, { dtypes: "BF16" })).b?.data ?? [])]).toEqual([1.5, -0]);
});

test("{ dtypes } refuses a value that the dtype does not have, a float as a whole number, and unknown names and dtypes", async () => {
  const [float, int] = [numericArray(Float32Array.of(1, 1e6), [2]), numericArray(Int32Array.of(1, 300), [2])];
  const refused = (dtypes: unknown) => dataErrorOf(() => writeSafetensors({ float, int }, {}, { dtypes } as never));
  expect((await refused({ float: "F16" })).message).toBe(
    "writeSafetensors: float value 1: expected a value that F16 has, got 1000000",
  );
  for (const [dtype, values] of [
    ["F16", written.beyond.half],
    ["BF16", written.beyond.brain],
  ] as const) {
    expect(values.length).toBeGreaterThan(3);
    for (const value of values) {
      const one = { one: numericArray(Float32Array.of(value), [1]) };
      expect((await dataErrorOf(() => writeSafetensors(one, {}, { dtypes: dtype }))).actual).toBe(
        `${Math.fround(value)}`,
      );
    }
  }
  expect(await refused({ int: "BOOL" })).toMatchObject({ field: "int value 1", actual: "300" });
  expect(await refused({ int: "U8" })).toMatchObject({ field: "int value 1", actual: "300" });
  expect(await refused({ float: "I64" })).toMatchObject({ field: "dtype of float", actual: "I64" });
  expect(await refused({ int: "F16" })).toMatchObject({ expected: "I64, I32, U8, BOOL for a Int32Array" });
  expect(await refused({ float: "F8_E4M3" })).toMatchObject({ actual: "F8_E4M3" });
  expect(await refused({ other: "F16" })).toMatchObject({ field: "dtypes", actual: "other" });
  const folder = temporaryFolder();
  const save = saveSafetensors(join(folder, "net"), { float }, {}, { dtypes: "F16" });
  await expect(save).rejects.toThrow(/float value 1/);
});

const INDEX = join(GOLDEN, "model.safetensors.index.json");

/** A folder with the golden model's files, and this index. */
function indexed(map: unknown): string {
  const folder = temporaryFolder();
  for (const i of [1, 2]) {
    const name = `model-0000${i}-of-00002.safetensors`;
    writeFileSync(join(folder, name), readFileSync(join(GOLDEN, name)));
  }
  mkdirSync(join(folder, "inner"));
  const path = join(folder, "model.safetensors.index.json");
  writeFileSync(path, typeof map === "string" ? map : JSON.stringify({ metadata: {}, weight_map: map }));
  return path;
}

const [ONE, TWO] = [1, 2].map((i) => `model-0000${i}-of-00002.safetensors`) as [string, string];
const MAP = { embedding: ONE, "head/kernel": TWO, "head/bias": TWO };

test("loadSafetensors(index) reads a model in several files; with names only the files that have them", async () => {
  const all = await loadSafetensors(INDEX);
  expect(Object.keys(all).sort()).toEqual(["embedding", "head/bias", "head/kernel"]);
  expect(all.embedding).toEqual({ data: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [3, 2], dtype: "F32" });
  expect(all["head/kernel"]).toEqual({ data: Float32Array.of(-0, -1, -2, -3), shape: [2, 2], dtype: "F32" });
  expect(Object.keys(await loadSafetensors(INDEX, { names: (name) => name.endsWith("bias") }))).toEqual(["head/bias"]);
  const path = indexed({ ...MAP, embedding: "gone.safetensors" });
  expect(Object.keys(await loadSafetensors(path, { names: ["head/bias"] }))).toEqual(["head/bias"]);
  expect(Object.keys(await loadSafetensors(indexed({ embedding: ONE, "head/bias": TWO }))).sort()).toEqual(
    Object.keys(MAP).sort(), // an array that the index does not name is read too
  );
});

test.each<[string, unknown, string | RegExp, string | RegExp]>([
  ["a file that is not there", { ...MAP, embedding: "gone.safetensors" }, "access", "ENOENT"],
  ["an array that its file lacks", { ...MAP, "head/more": TWO }, "names", /"head\/(bias|kernel)"/],
  ["an array that another file has", { ...MAP, embedding: TWO }, "names", /"head/],
  ["a path", { ...MAP, embedding: "../x.safetensors" }, 'weight_map "embedding"', '"../x.safetensors"'],
  ["a path of another system", { ...MAP, embedding: "a\\x.safetensors" }, /weight_map/, /x\.safetensors/],
  ["a file of another kind", { ...MAP, embedding: "/etc/passwd" }, /weight_map/, '"/etc/passwd"'],
  ["no text", { ...MAP, embedding: 3 }, /weight_map/, "3"],
  ["a list", [ONE], "weight_map", /list|\[/],
  ["no JSON", "{", "text", /JSON/],
  ["no object", "[]", "text", "[]"],
  ["a name twice", `{"weight_map":{"a":"${ONE}","a":"${ONE}"}}`, "text", '"a" twice'],
])("an index with %s is refused", async (_, map, field, actual) => {
  const error = await dataErrorOf(() => loadSafetensors(indexed(map)));
  expect(error.field).toMatch(field);
  expect(error.actual).toMatch(actual);
});

test("loadSafetensors(index) refuses an array that two files have and the index does not name, and a name that is in neither", async () => {
  const path = indexed({ "head/kernel": TWO, extra: "extra.safetensors" });
  const { embedding } = await loadSafetensors(INDEX);
  await saveSafetensors(join(path, "../extra.safetensors"), {
    extra: embedding as NumericArray,
    "head/bias": embedding as NumericArray,
  });
  expect(await dataErrorOf(() => loadSafetensors(path))).toMatchObject({
    field: '"head/bias"',
    expected: "an array in one file",
  });
  expect((await dataErrorOf(() => loadSafetensors(path, { names: ["head"] }))).expected).toBe('"head", as asked for');
});
