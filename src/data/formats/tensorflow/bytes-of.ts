import { DataError } from "../../errors";

/** Bytes of a file and a position in them, which each reading moves on. Whatever is read beyond the end is a DataError. */
export interface Bytes {
  readonly isOver: () => boolean;
  /**
   * A whole number in 7-bit groups, the lowest first: protocol buffers' and LevelDB's varint. A negative one is a number above
   * 2⁶³, which no size or position can be.
   */
  readonly varint: () => number;
  readonly fixed32: () => number;
  readonly take: (count: number) => Uint8Array;
}

/**
 * Reads bytes from their start.
 *
 * @param file,field where they stand, for errors
 */
export function bytesOf(bytes: Uint8Array, file: string, field: string): Bytes {
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (count > bytes.length - at) {
      throw new DataError(file, field, `${count} more bytes (the file is cut or damaged)`, `${bytes.length - at}`);
    }
    at += count;
    return bytes.subarray(at - count, at);
  };
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const [byte = 0] = take(1);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new DataError(file, field, "a number of at most 10 bytes", "a longer one");
  };
  const fixed32 = (): number => {
    const four = take(4);
    return new DataView(four.buffer, four.byteOffset).getUint32(0, true);
  };
  return { isOver: () => at === bytes.length, varint, fixed32, take };
}
