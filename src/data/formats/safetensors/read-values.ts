import type { NumericData } from "../../array";
import type { RandomAccess } from "../../files/random-access";
import { bytesIn, bytesOf, decodeInto, emptyOf, isPlain, type SafetensorsDtype } from "./dtypes";

/** Bytes that are read and decoded at a time; a multiple of the size of every value. */
const BYTES_AT_ONCE = 2 ** 22;

/**
 * Reads the values between two offsets of a file, part by part, into memory of their own, which is all that it needs.
 *
 * @param field what the values are called in errors
 * @param swap gives the bytes in the order of safetensors, for a file that has another one. Default: they are in it
 * @throws DataError when the file ends before, and naming the first value that cannot be stored
 */
export async function readValues(
  file: RandomAccess,
  dtype: SafetensorsDtype,
  { begin, end }: { readonly begin: number; readonly end: number },
  field: string,
  swap?: (bytes: Uint8Array) => Uint8Array,
): Promise<NumericData> {
  const step = bytesOf(dtype);
  const data = emptyOf(dtype, (end - begin) / step, file.path, field);
  if (isPlain(dtype) && swap === undefined) {
    await file.fill(bytesIn(data), begin, field);
    return data;
  }
  for (let at = begin; at < end; at += BYTES_AT_ONCE) {
    const bytes = await file.read(at, Math.min(BYTES_AT_ONCE, end - at), field);
    decodeInto(data, (at - begin) / step, swap === undefined ? bytes : swap(bytes), dtype, file.path, field);
  }
  return data;
}
