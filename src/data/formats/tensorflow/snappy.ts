import { DataError } from "../../errors";
import { bytesOf } from "./bytes-of";

/** The most that Snappy packs into a byte: a copy of 64 bytes in 3. A larger claim is refused before memory is taken. */
const MOST_PER_BYTE = 22;

/**
 * Unpacks a Snappy block (https://github.com/google/snappy, format_description.txt). TensorFlow writes checkpoints without it,
 * and reads both.
 *
 * @throws DataError for bytes that are no such block
 */
export function unpackSnappy(packed: Uint8Array, file: string, field: string): Uint8Array {
  const rest = bytesOf(packed, file, field);
  const size = rest.varint();
  if (size < 0 || size > packed.length * MOST_PER_BYTE) {
    throw new DataError(file, field, `a Snappy block of ${packed.length} bytes`, `${size} unpacked bytes`);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  const refuse = (actual: string) => new DataError(file, field, `a Snappy block of ${size} unpacked bytes`, actual);
  const little = (count: number) => rest.take(count).reduceRight((value, byte) => value * 256 + byte, 0);
  while (!rest.isOver()) {
    const tag = little(1);
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const literal = rest.take(1 + (short < 60 ? short : little(short - 59)));
      if (at + literal.length > size) throw refuse("more");
      bytes.set(literal, at);
      at += literal.length;
      continue;
    }
    const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = kind === 1 ? (tag >> 5) * 256 + little(1) : little(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > at || at + length > size) throw refuse("a copy from outside");
    for (const end = at + length; at < end; at++) bytes[at] = bytes[at - offset] as number; // it may overlap itself
  }
  if (at !== size) throw refuse(`${at}`);
  return bytes;
}
