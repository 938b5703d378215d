import { inflateRawSync } from "node:zlib";
import { DataError } from "../errors";
import { crc32 } from "../files/crc";

const END = 0x06054b50; // "PK\5\6", the end of the central directory
const ENTRY = 0x02014b50; // "PK\1\2", an entry of the central directory
const LOCAL = 0x04034b50; // "PK\3\4", the header before a file's bytes
const END_SIZE = 22;

/** An entry of the central directory. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  readonly checksum: number;
}

/**
 * Reads one file out of a ZIP archive (PKWARE's APPNOTE 6.3): stored or deflated; neither encrypted nor ZIP64.
 *
 * @param file the archive's name, for errors
 * @param name the file's name without its folder, which must occur once
 * @param expected the size that the file has: a larger one is refused before it is unpacked. Default: what the archive says
 * @throws DataError for bytes that are no such archive, and when the file is not in it once, with that size
 */
export function readZip(archive: Uint8Array, file: string, name: string, expected?: number): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const found = entriesOf(view, file).filter((entry) => entry.name.split("/").at(-1) === name);
  const [entry] = found;
  if (entry === undefined || found.length > 1) throw new DataError(file, "entries", `one ${name}`, `${found.length}`);
  const size = expected ?? entry.size;
  if (entry.size !== size) throw new DataError(file, `size of ${name}`, `${size} bytes`, `${entry.size}`);
  if (entry.method !== 0 && entry.method !== 8) {
    throw new DataError(file, `method of ${name}`, "0 (stored) or 8 (deflated)", `${entry.method}`);
  }
  const packed = packedBytes(archive, view, entry, file);
  const bytes = entry.method === 0 ? packed : inflate(packed, file, name, size);
  if (bytes.length !== size) throw new DataError(file, `size of ${name}`, `${size} unpacked bytes`, `${bytes.length}`);
  const actual = crc32(bytes);
  if (actual === entry.checksum) return bytes;
  throw new DataError(file, `checksum of ${name}`, `${entry.checksum}, as the archive says`, `${actual} (damaged)`);
}

function entriesOf(view: DataView, file: string): Entry[] {
  const end = endOf(view);
  if (end === undefined) throw new DataError(file, "end", "the end of a ZIP archive's directory", "other bytes");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY) {
      throw new DataError(file, `entry ${i + 1}`, "an entry of a ZIP archive's directory", "other bytes");
    }
    const nameSize = view.getUint16(at + 28, true);
    const next = at + 46 + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw new DataError(file, `entry ${i + 1}`, "an entry before the directory's end", "a longer one");
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameSize)),
      method: view.getUint16(at + 10, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
      checksum: view.getUint32(at + 16, true),
    });
    at = next;
  }
  return entries;
}

/** Where the directory's end begins; a comment of up to 65,535 bytes may follow it. */
function endOf(view: DataView): number | undefined {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return undefined;
}

function packedBytes(archive: Uint8Array, view: DataView, entry: Entry, file: string): Uint8Array {
  const { name, offset, packedSize } = entry;
  const hasHeader = offset + 30 <= archive.length && view.getUint32(offset, true) === LOCAL;
  if (!hasHeader) throw new DataError(file, `header of ${name}`, "a file's header in a ZIP archive", "other bytes");
  if (view.getUint16(offset + 6, true) & 1)
    throw new DataError(file, name, "a file that is not encrypted", "encrypted");
  const begin = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (begin + packedSize > archive.length) {
    throw new DataError(file, `size of ${name}`, `at most ${archive.length - begin} packed bytes`, `${packedSize}`);
  }
  return archive.subarray(begin, begin + packedSize);
}

function inflate(packed: Uint8Array, file: string, name: string, size: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: size });
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error);
    throw new DataError(file, name, `${size} bytes, deflated`, actual);
  }
}
