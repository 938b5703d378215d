import type { NumericArray } from "../../array";
import { DataError } from "../../errors";
import { crc32c, maskedCrc32c } from "../../files/crc";
import { openFile, type RandomAccess } from "../../files/random-access";
import { checkReadable } from "./dtypes";
import { type Field, fieldsOf, messagesOf, numberOf, shapeOf } from "./message";
import { type Slice, sliceKey } from "./slices";
import { arrayOf, joined, type StoredTensor, type StoredTensors, sliceOf } from "./stored-tensor";
import { tableEntries } from "./table";

/** A BundleEntryProto of the index: where the values of a tensor stand. */
interface Entry {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
  /** The pieces of a partitioned variable; it has no values of its own then. */
  readonly slices: readonly Slice[];
}

/**
 * Opens a checkpoint in the form of TensorFlow's Saver since version 0.12 and of `tf.train.Checkpoint` (tensor_bundle.proto):
 * PREFIX.index lists the tensors, and PREFIX.data-00000-of-00002 and so on, the shards, hold their values.
 *
 * @throws DataError for a damaged index
 */
export async function openBundle(prefix: string): Promise<StoredTensors> {
  const index = `${prefix}.index`;
  const { entries, shards } = await readIndex(index);
  const files = new Map<number, Promise<RandomAccess>>();
  const shardOf = (shard: number): Promise<RandomAccess> => {
    const opened = files.get(shard) ?? openShard(prefix, shard, shards);
    files.set(shard, opened);
    return opened;
  };
  const read = async (entry: Entry, field: string): Promise<NumericArray> => {
    checkReadable(entry.dtype, index, field);
    const { path, read } = await shardOf(entry.shard);
    const bytes = await read(entry.offset, entry.size, field);
    const actual = maskedCrc32c(crc32c(bytes));
    if (actual === entry.checksum) return arrayOf(bytes, entry, path, field);
    throw new DataError(path, `${field} checksum`, `${entry.checksum}, as the index says`, `${actual} (damaged)`);
  };
  const readWhole = (name: string, entry: Entry): Promise<NumericArray> => {
    const field = `tensor ${name}`;
    if (entry.slices.length === 0) return read(entry, field);
    const pieceOf = (slice: Slice, shape: readonly number[]) => {
      const piece = entries.get(sliceKey(name, slice));
      if (piece === undefined) throw new DataError(index, field, `a piece of shape [${shape.join(", ")}]`, "none");
      return read({ ...piece, shape }, field);
    };
    return joined(entry, entry.slices, pieceOf, index, field);
  };
  const tensors = new Map<string, StoredTensor>();
  for (const [key, entry] of entries) {
    if (key.startsWith("\0")) continue; // a piece
    const name = Buffer.from(key, "latin1").toString();
    tensors.set(name, { dtype: entry.dtype, shape: entry.shape, read: () => readWhole(name, entry) });
  }
  const close = async () => {
    for (const file of await Promise.allSettled(files.values()))
      if (file.status === "fulfilled") await file.value.close();
  };
  return { tensors, close };
}

async function readIndex(path: string): Promise<{ entries: ReadonlyMap<string, Entry>; shards: number }> {
  const file = await openFile(path);
  try {
    const entries = new Map<string, Entry>();
    let shards: number | undefined;
    for await (const { key, value } of tableEntries(file)) {
      const text = Buffer.from(key).toString("latin1");
      const field = text === "" ? "header" : `entry ${Buffer.from(key).toString()}`;
      const fields = fieldsOf(value, path, field);
      if (text === "") shards = shardsOf(fields, path);
      else entries.set(text, entryOf(fields, path, field));
    }
    if (shards === undefined) throw new DataError(path, "header", "the number of shards", "no header");
    return { entries, shards };
  } finally {
    await file.close();
  }
}

/** A BundleHeaderProto. */
function shardsOf(fields: readonly Field[], path: string): number {
  if (numberOf(fields, 2) !== 0) throw new DataError(path, "endianness", "little-endian values", "big-endian ones");
  return numberOf(fields, 1);
}

function entryOf(fields: readonly Field[], path: string, field: string): Entry {
  return {
    dtype: numberOf(fields, 1),
    shape: shapeOf(messagesOf(fields, 2)[0], path, field),
    shard: numberOf(fields, 3),
    offset: numberOf(fields, 4),
    size: numberOf(fields, 5),
    checksum: numberOf(fields, 6),
    slices: messagesOf(fields, 7).map((slice) => sliceOf(slice, path, field)),
  };
}

async function openShard(prefix: string, shard: number, shards: number): Promise<RandomAccess> {
  const digits = (number: number) => `${number}`.padStart(5, "0");
  try {
    return await openFile(`${prefix}.data-${digits(shard)}-of-${digits(shards)}`);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { file, field, expected, actual } = error;
    throw new DataError(file, field, `${expected}, shard ${shard + 1} of ${shards} of the checkpoint`, actual);
  }
}
