import { DataError } from "../../errors";
import { crc32c, maskedCrc32c } from "../../files/crc";
import type { RandomAccess } from "../../files/random-access";
import { type Bytes, bytesOf } from "./bytes-of";
import { unpackSnappy } from "./snappy";

/** An entry of a table. */
export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const FOOTER = 48;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]; // LevelDB's, at the end of each table
const TRAILER = 5; // after each block: its kind, and its checksum

/** Whether the file ends as a table does. */
export async function isTable(file: RandomAccess): Promise<boolean> {
  if (file.size < FOOTER) return false;
  const end = await file.read(file.size - MAGIC.length, MAGIC.length, "footer");
  return MAGIC.every((byte, i) => byte === end[i]);
}

/**
 * The entries of a LevelDB table (https://github.com/google/leveldb, doc/table_format.md), in the form that TensorFlow's
 * checkpoints have: blocks of entries, a block that lists these, and a footer that says where that one is.
 *
 * @throws DataError for a file that is no table, and for a block whose checksum is wrong
 */
export async function* tableEntries(file: RandomAccess): AsyncGenerator<TableEntry> {
  if (!(await isTable(file))) {
    const expected = "a table's end (the file is cut, or it is not of a TensorFlow checkpoint)";
    throw new DataError(file.path, "footer", expected, "other bytes");
  }
  const footer = await file.read(file.size - FOOTER, FOOTER, "footer");
  const handles = bytesOf(footer, file.path, "footer");
  handleOf(handles); // of the block of filters, which TensorFlow does not write
  const index = await blockAt(file, handleOf(handles), "index block");
  let number = 0;
  for (const { value } of entriesOf(index, file.path, "index block")) {
    const field = `block ${++number}`;
    const block = await blockAt(file, handleOf(bytesOf(value, file.path, "index block")), field);
    yield* entriesOf(block, file.path, field);
  }
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

const handleOf = (bytes: Bytes): Handle => ({ offset: bytes.varint(), size: bytes.varint() });

async function blockAt(file: RandomAccess, { offset, size }: Handle, field: string): Promise<Uint8Array> {
  const block = await file.read(offset, size + TRAILER, field);
  const stored = new DataView(block.buffer, size + 1).getUint32(0, true);
  const actual = maskedCrc32c(crc32c(block.subarray(0, size + 1)));
  if (stored !== actual) {
    throw new DataError(file.path, `${field} checksum`, `${stored}, as the file says`, `${actual} (damaged)`);
  }
  const bytes = block.subarray(0, size);
  if (block[size] === 0) return bytes;
  if (block[size] === 1) return unpackSnappy(bytes, file.path, field);
  throw new DataError(file.path, `${field} kind`, "0 (as it is) or 1 (Snappy)", `${block[size]}`);
}

/** Each key is stored as how many bytes it shares with the key before, and the rest. */
function* entriesOf(block: Uint8Array, file: string, field: string): Generator<TableEntry> {
  const restarts = 4 * (1 + bytesOf(block.subarray(-4), file, field).fixed32()); // positions of whole keys, for a search, and their number
  if (restarts > block.length) throw new DataError(file, field, `${restarts} bytes at its end`, `${block.length}`);
  const rest = bytesOf(block.subarray(0, block.length - restarts), file, field);
  let key = new Uint8Array();
  while (!rest.isOver()) {
    const [shared, own, size] = [rest.varint(), rest.varint(), rest.varint()];
    if (shared > key.length) throw new DataError(file, field, `a key that shares ${key.length} bytes`, `${shared}`);
    const end = rest.take(own);
    const grown = new Uint8Array(shared + own);
    grown.set(key.subarray(0, shared));
    grown.set(end, shared);
    key = grown;
    yield { key, value: rest.take(size) };
  }
}
