import type { NumericData } from "../../array";
import { DataError } from "../../errors";
import { bytesOf, decode } from "../safetensors/dtypes";
import { checkReadable, type ReadableDtype } from "./dtypes";
import { fieldsOf, messagesOf } from "./message";

/** The field of a TensorProto (tensor.proto) that holds the values of a type, in their bytes or as varints. */
const LISTS: Readonly<Record<ReadableDtype, { readonly tag: number; readonly isVarint: boolean }>> = {
  F32: { tag: 5, isVarint: false },
  F64: { tag: 6, isVarint: false },
  I32: { tag: 7, isVarint: true },
  U8: { tag: 7, isVarint: true },
  I64: { tag: 10, isVarint: true },
  BOOL: { tag: 11, isVarint: true },
  F16: { tag: 13, isVarint: true },
  BF16: { tag: 13, isVarint: true },
};

/** The values of a TensorProto. @throws DataError for another type, or another number of values than `count` */
export function valuesOf(proto: Uint8Array, dtype: number, count: number, file: string, field: string): NumericData {
  const kind = checkReadable(dtype, file, field);
  const { tag, isVarint } = LISTS[kind];
  const lists = messagesOf(fieldsOf(proto, file, field), tag);
  const stored = Buffer.concat(lists);
  const bytes = isVarint ? littleEndian(stored, bytesOf(kind)) : stored;
  if (bytes.length === count * bytesOf(kind)) return decode(bytes, kind, file, field);
  throw new DataError(file, field, `${count} values`, `${bytes.length / bytesOf(kind)}`);
}

/** Varints as numbers of `size` bytes, the lowest byte first. */
function littleEndian(varints: Uint8Array, size: number): Uint8Array {
  const count = varints.reduce((total, byte) => total + (byte < 0x80 ? 1 : 0), 0);
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  let [at, value, shift] = [0, 0n, 0n];
  for (const byte of varints) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    for (let i = 0; i < size; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
    [at, value, shift] = [at + size, 0n, 0n];
  }
  return bytes;
}
