// Weight files of Keras: golden files of both versions (test/golden/make_keras_files.py), and damaged ones.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test, vi } from "vitest";
import { DataError, loadKerasWeights } from "../../../src/data";

const FOLDER = join(__dirname, "../../golden/foreign/files");
const temporary = mkdtempSync(join(tmpdir(), "unroll-files-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const bytesOf = (name: string) => gunzipSync(readFileSync(join(FOLDER, `${name}.gz`)));

/** A file with these bytes. */
function written(bytes: Uint8Array, name = "file.h5"): string {
  const path = join(temporary, name);
  writeFileSync(path, bytes);
  return path;
}

async function refused(path: string, message: RegExp, options = {}): Promise<void> {
  const error = await loadKerasWeights(path, options).catch((each) => each);
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toMatch(message);
}

const three = (path: string, names: readonly string[]) => names.map((name) => `${path}/${name}`);
const KEYS = ["kernel", "recurrent_kernel", "bias"];
const NUMBERS = ["0", "1", "2"];
/** The names of the model's weights, where each layer's have names or numbers. */
const byName = (keys: readonly string[]) => [
  ...["lower", "upper"].flatMap((layer) => three(`${layer}/lstm_cell`, keys)),
  ...["forward_gru", "backward_gru"].flatMap((layer) => three(`both/${layer}/gru_cell`, keys)),
];
const PATHS = [
  ...["lstm", "lstm_1"].flatMap((layer) => three(`layers/${layer}/cell`, NUMBERS)),
  ...["forward_layer", "backward_layer"].flatMap((layer) => three(`layers/bidirectional/${layer}/cell`, NUMBERS)),
];
const named = (of: readonly string[]) => [...of, "head/kernel", "head/bias", "words/embeddings"].sort();
const numbered = (of: readonly string[]) => [...of, "head/0", "head/1", "words/0"].sort();

test.each([
  ["keras2.h5", named(byName(KEYS))],
  ["keras2.full.h5", named(byName(KEYS))],
  ["keras3.full.h5", named(byName(KEYS))],
  ["keras3.weights.h5", numbered(byName(NUMBERS))],
  ["keras3.keras", numbered(byName(NUMBERS))],
  ["keras2.weights.h5", [...PATHS, "layers/dense/0", "layers/dense/1", "layers/embedding/0"].sort()],
  ["keras2.keras", [...PATHS, "layers/dense/0", "layers/dense/1", "layers/embedding/0"].sort()],
])("loadKerasWeights reads %s: the weights by name, no optimizer", async (name, names) => {
  const arrays = await loadKerasWeights(written(bytesOf(name), name));
  expect(Object.keys(arrays).sort()).toEqual(names);
  const kernel = Object.entries(arrays).find(([each]) => /(lower\/.*|layers\/lstm\/cell\/)(kernel|0)$/.test(each));
  expect(kernel?.[1].shape).toEqual([3, 16]);
});

test("{ optimizer: true } gives the optimizer's arrays too; int64 becomes int32", async () => {
  const path = written(bytesOf("keras3.weights.h5"));
  const [all, weights] = [await loadKerasWeights(path, { optimizer: true }), await loadKerasWeights(path)];
  const own = Object.keys(all).filter((name) => !Object.hasOwn(weights, name));
  expect(own.length).toBeGreaterThan(2 * Object.keys(weights).length);
  expect(own.every((name) => /^(adam|optimizer|metrics)\//.test(name))).toBe(true);
});

test("an HDF5 file of any kind: values of each type, packed ones, links; the other types are told of", async () => {
  const lines: string[] = [];
  const arrays = await loadKerasWeights(written(bytesOf("keras2.types.h5")), { log: (line) => lines.push(line) });
  const values = Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [name, [data.constructor.name, ...data]]),
  );
  expect(values).toEqual({
    f4: ["Float32Array", 0, 1, 1],
    link: ["Float32Array", 0, 1, 1],
    f8: ["Float32Array", 0, 1, 1],
    i4: ["Int32Array", 0, 1, 1],
    i8: ["Int32Array", 0, 1, 1],
    u1: ["Uint8Array", 0, 1, 1],
    bool: ["Uint8Array", 0, 1, 1],
    big_endian: ["Float32Array", 1.5, -2],
    scalar: ["Float32Array", 7.5],
    whole: ["Int32Array", -3],
    empty: ["Float32Array"],
    packed: ["Float32Array", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    large: ["Float32Array", 2 ** 40],
  });
  expect(arrays.packed?.shape).toEqual([3, 4]);
  expect(arrays.scalar?.shape).toEqual([]);
  const left =
    /5 arrays are left out: f2 \(16-bit floats\), i2 \(16-bit integers\), nothing \(no values\), text \(no numbers\), u4 \(unsigned 32-bit integers\)$/;
  expect(lines).toEqual([expect.stringMatching(left)]);
});

test("damaged bytes give a DataError, or all arrays in their shapes; a good file is read well after that", async () => {
  const whole = bytesOf("keras2.h5");
  const shapes = (arrays: Awaited<ReturnType<typeof loadKerasWeights>>) =>
    Object.values(arrays).map(({ shape }) => shape);
  const right = await loadKerasWeights(written(whole));
  let refusals = 0;
  for (let turn = 0; turn < 40; turn++) {
    const damaged = Buffer.from(whole);
    const at = (turn * 2_654_435_761) % whole.length;
    damaged.fill(0xa7, at, at + 12);
    const result = await loadKerasWeights(written(damaged)).catch((error) => error);
    if (!(result instanceof DataError)) expect(shapes(result), `byte ${at}`).toEqual(shapes(right));
    else refusals++;
  }
  expect(refusals).toBeGreaterThan(1);
  expect(await loadKerasWeights(written(whole))).toEqual(right);
});

test("a cut file, one of noise, and an empty one are refused; nothing is printed", async () => {
  const whole = bytesOf("keras2.h5");
  for (const size of [0, 1, 8, 100, 2000, whole.length >> 1, whole.length - 1]) {
    await refused(written(whole.subarray(0, size)), /file.h5: content: expected an HDF5 file, whole, got \S/);
  }
  await refused(written(Buffer.from("no HDF5 at all".repeat(100))), /expected an HDF5 file, whole, got .*signature/);
  const archive = bytesOf("keras3.keras");
  await refused(written(archive.subarray(0, 9000)), /end: expected the end of a ZIP archive's directory/);
  const damaged = Buffer.from(archive);
  damaged[20000] = (damaged[20000] as number) ^ 1;
  vi.stubEnv("TMPDIR", temporary); // where archives are unpacked
  await refused(
    written(damaged),
    /checksum of model.weights.h5: expected \d+, as the archive says, got \d+ \(damaged\)/,
  );
  await loadKerasWeights(written(archive));
  vi.unstubAllEnvs();
  expect(readdirSync(temporary).filter((name) => name.startsWith("unroll-keras-"))).toEqual([]);
  await refused(join(temporary, "absent.h5"), /absent.h5: access: expected a readable file, got ENOENT/);
  await refused(temporary, /kind: expected a file, got a folder/);
  await refused("", /path: expected a path/);
  await refused(written(whole), /options: expected { optimizer, log }, got also slots/, { slots: true });
});
