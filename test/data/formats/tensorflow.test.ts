// Checkpoints of TensorFlow: golden files of its Saver (test/golden/make_checkpoints.py), and damaged ones.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DataError, loadTensorFlowCheckpoint } from "../../../src/data";
import { crc32c } from "../../../src/data/files/crc";
import { sliceKey } from "../../../src/data/formats/tensorflow/slices";
import { unpackSnappy } from "../../../src/data/formats/tensorflow/snappy";
import { joined } from "../../../src/data/formats/tensorflow/stored-tensor";

const FOLDER = join(__dirname, "../../golden/foreign/checkpoints");
const { cases } = JSON.parse(readFileSync(join(FOLDER, "checkpoints.json"), "utf8"));
const temporary = mkdtempSync(join(tmpdir(), "unroll-checkpoints-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const at = (name: string) => join(FOLDER, name);
const load = loadTensorFlowCheckpoint;

/** A folder of its own with the golden checkpoint's files, to damage them. */
let folders = 0;
function copied(name: string): string {
  const folder = join(temporary, `${folders++}`);
  mkdirSync(folder);
  for (const file of readdirSync(FOLDER).filter((each) => each.startsWith(name)))
    copyFileSync(at(file), join(folder, file));
  return join(folder, name);
}

async function refused(path: string, message: RegExp, options = {}): Promise<void> {
  const error = await load(path, options).catch((each) => each);
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toMatch(message);
}

test("loadTensorFlowCheckpoint(path) gives the weights and global_step, without the optimizer's slots", async () => {
  const arrays = await load(at("basic_lstm.ckpt-1"));
  const kernels = [
    "dense/bias",
    "dense/kernel",
    "global_step",
    "rnn/basic_lstm_cell/bias",
    "rnn/basic_lstm_cell/kernel",
  ];
  expect(Object.keys(arrays)).toEqual(kernels);
  expect(arrays["rnn/basic_lstm_cell/kernel"]?.shape).toEqual([7, 16]);
  expect(arrays.global_step).toEqual({ data: Int32Array.of(1), shape: [] });
});

test("{ slots: true } gives the slots and powers of the optimizer too", async () => {
  const all = Object.keys(await load(at("basic_lstm.ckpt-1"), { slots: true }));
  expect(all).toHaveLength(5 + 2 + 2 * 4);
  expect(all).toEqual(expect.arrayContaining(["beta1_power", "beta2_power", "rnn/basic_lstm_cell/kernel/Adam_1"]));
});

test("{ names } reads these alone, with or without :0; another name gets the name that is meant", async () => {
  const some = await load(at("basic_lstm.ckpt-1"), { names: ["dense/bias:0", "dense/kernel/Adam"] });
  expect(Object.keys(some)).toEqual(["dense/bias", "dense/kernel/Adam"]);
  await refused(
    at("basic_lstm.ckpt-1"),
    /tensor dense\/kernle: expected one of .*, got .*\(did you mean dense\/kernel\?\)/,
    { names: ["dense/kernle"] },
  );
});

test.each(["types.ckpt", "old_types.ckpt"])("%s: every type becomes what readSafetensors makes of it", async (name) => {
  const lines: string[] = [];
  const arrays = await load(at(name), { log: (line) => lines.push(line) });
  expect(Object.keys(arrays).sort()).toEqual(Object.keys(cases[name]).sort());
  for (const [key, values] of Object.entries<string[]>(cases[name])) {
    const exact = values.map((value) => Number(value.replace("inf", "Infinity")));
    expect([...(arrays[key]?.data ?? [])], key).toEqual(
      exact.map((value) => (key.startsWith("float") ? Math.fround(value) : value)),
    );
  }
  expect(arrays.int64?.data).toBeInstanceOf(Int32Array);
  expect(arrays.empty?.shape).toEqual([0, 3]);
  expect(arrays.bool?.shape).toEqual([1, 3]);
  const told = /2 tensors are left out, whose types are none of DT_FLOAT, .*: int16 \(DT_INT16\), text \(DT_STRING\)$/;
  expect(lines).toEqual(name === "types.ckpt" ? [expect.stringMatching(told)] : []);
  if (name === "types.ckpt")
    await refused(at(name), /tensor text type: expected one of .*, got DT_STRING/, { names: ["text"] });
});

test("a partitioned variable is joined from its pieces, from several shards; the older form likewise", async () => {
  const [whole, old] = [await load(at("sharded.ckpt")), await load(at("old_sharded.ckpt"))];
  const kernel = "part/rnn/basic_lstm_cell/kernel";
  expect(whole[kernel]?.shape).toEqual([7, 16]);
  expect(Object.keys(old).sort()).toEqual(Object.keys(whole).sort());
});

test("Snappy blocks give the same arrays as plain ones", async () => {
  expect(await load(at("snappy.ckpt"))).toEqual(await load(at("stack.ckpt")));
});

test("tf.train.Checkpoint: names without /.ATTRIBUTES/VARIABLE_VALUE, no optimizer; the object graph is told of", async () => {
  const lines: string[] = [];
  const arrays = await load(at("objects.ckpt"), { log: (line) => lines.push(line) });
  const cell = ["bias", "kernel", "recurrent_kernel"].map((name) => `model/layer_with_weights-0/cell/${name}`);
  expect(Object.keys(arrays).filter((name) => name.startsWith("model/layer_with"))).toEqual(cell);
  expect(Object.keys(arrays).filter((name) => /optimizer|save_counter/.test(name))).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/1 tensor is left out, .*_CHECKPOINTABLE_OBJECT_GRAPH \(DT_STRING\)$/)]);
});

test("the path may be a file of the checkpoint, or the folder; without one, the error names what is there", async () => {
  const path = copied("stack.ckpt");
  const arrays = await load(path);
  for (const each of [`${path}.index`, `${path}.data-00000-of-00001`]) expect(await load(each)).toEqual(arrays);
  const folder = join(path, "..");
  await refused(folder, /checkpoint: access: expected a readable file, which names the newest checkpoint/);
  writeFileSync(join(folder, "checkpoint"), 'model_checkpoint_path: "/elsewhere/stack.ckpt"\n');
  expect(await load(folder)).toEqual(arrays);
  await refused(
    join(folder, "stuck.ckpt"),
    /stuck.ckpt.index, or a file stuck.ckpt, got none; in this folder are stack.ckpt \(did you mean stack.ckpt\?\)/,
  );
  await refused(path, /names: expected a list of names, got string kernel/, { names: "kernel" });
  writeFileSync(join(folder, "checkpoint"), 'model_checkpoint_path: "."\n');
  await refused(folder, /kind: expected a file, got a folder/); // it names itself
  await refused("", /path: expected a path, got an empty text/);
  await refused(path, /options: expected { names, slots, log }, got also slot/, { slot: true });
});

test("a cut index or shard, and one that is no checkpoint, is refused at every length", async () => {
  const path = copied("basic_rnn.ckpt");
  for (const file of [`${path}.index`, `${path}.data-00000-of-00001`]) {
    const whole = readFileSync(file);
    for (let size = 0; size < whole.length; size += 16) {
      writeFileSync(file, whole.subarray(0, size));
      await refused(path, /expected/);
    }
    writeFileSync(file, whole);
  }
  writeFileSync(`${path}.index`, "no checkpoint at all, but a text of more than forty-eight bytes");
  await refused(path, /footer: expected a table's end \(the file is cut, or it is not of a TensorFlow checkpoint\)/);
});

test("a byte that changed is refused, or changes nothing, wherever it is: checksums cover index and values", async () => {
  const path = copied("basic_rnn.ckpt");
  const right = await load(path);
  for (const file of [`${path}.index`, `${path}.data-00000-of-00001`]) {
    const whole = readFileSync(file);
    for (let position = 0; position < whole.length; position += 4) {
      const damaged = Buffer.from(whole);
      damaged[position] = (damaged[position] as number) ^ 0x41;
      writeFileSync(file, damaged);
      const result = await load(path).catch((error) => error);
      if (!(result instanceof DataError)) expect(result, `byte ${position}`).toEqual(right);
    }
    writeFileSync(file, whole);
  }
  const values = readFileSync(`${path}.data-00000-of-00001`);
  values[5] = (values[5] as number) ^ 1;
  writeFileSync(`${path}.data-00000-of-00001`, values);
  await refused(
    path,
    /tensor rnn\/basic_rnn_cell\/bias checksum: expected \d+, as the index says, got \d+ \(damaged\)/,
  );
});

test("a shard that is not there is named; so is one of the older form", async () => {
  const path = copied("sharded.ckpt");
  rmSync(`${path}.data-00001-of-00002`);
  await refused(
    path,
    /data-00001-of-00002: access: expected a readable file, shard 2 of 2 of the checkpoint, got ENOENT/,
  );
  const old = copied("old_sharded.ckpt");
  rmSync(`${old}-00000-of-00002`);
  await refused(old, /shards: expected 2 files, got old_sharded.ckpt-00001-of-00002/);
});

test("pieces that do not fill their variable are refused: two at one place, too few, one that reaches beyond", async () => {
  const whole = { dtype: 1, shape: [4, 2] };
  const rows = (start: number, length: number) => [
    { start, length },
    { start: 0, length: undefined },
  ];
  const read = async (_: unknown, shape: readonly number[]) => ({
    data: new Float32Array(2 * (shape[0] ?? 0)).fill(shape[0] ?? 0),
    shape: [...shape],
  });
  const join = (...slices: ReturnType<typeof rows>[]) => joined(whole, slices, read, "file", "tensor w");
  expect(await join(rows(1, 3), rows(0, 1))).toEqual({ data: Float32Array.of(1, 1, 3, 3, 3, 3, 3, 3), shape: [4, 2] });
  await expect(join(rows(0, 2), rows(1, 2))).rejects.toThrow(
    "pieces with 8 values together, got two pieces with the same values",
  );
  await expect(join(rows(0, 3))).rejects.toThrow("file: tensor w: expected pieces with 8 values together, got 6");
  await expect(join(rows(2, 3))).rejects.toThrow("a piece of shape [4, 2], got sizes [3, 2] from [2, 0]");
  await expect(join()).rejects.toThrow(DataError);
});

test("crc32c, sliceKey and unpackSnappy: values by hand", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283); // RFC 3720's check value
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.from("6789"), crc32c(Buffer.from("12345")))).toBe(0xe3069283);
  const whole = { start: 0, length: undefined };
  expect(sliceKey("w", [{ start: 3, length: 70 }, whole])).toBe("\0w\0\x01\x01\x02\x83\xc0\x46\x80\x7f");
  const packed = Uint8Array.from([8, 4, 0x61, 0x62, 0x11, 2, 0]); // "ab", then a copy of 8 bytes at most: 6 of "ab"
  expect(() => unpackSnappy(packed, "file", "block")).toThrow(
    /file: block: expected a Snappy block of 8 unpacked bytes/,
  );
  const good = Uint8Array.from([8, 4, 0x61, 0x62, 0x09, 2]);
  expect(Buffer.from(unpackSnappy(good, "file", "block")).toString()).toBe("abababab");
});
