import { readFile, stat } from "node:fs/promises";
import { type NumericArray, type NumericData, numericArray } from "./array";
import { errorCode } from "./data-file";
import { DataError } from "./errors";
import { decode, type SafetensorsDtype } from "./safetensors-dtypes";
import { MAX_HEADER, METADATA, readHeader } from "./safetensors-header";
import { replaceFile } from "./write-file";

/** An array of a safetensors file, and the type that its values have there. */
export interface SafetensorsArray extends NumericArray {
  readonly dtype: SafetensorsDtype;
}

/**
 * The arrays of a safetensors file (https://github.com/huggingface/safetensors), by name, in memory of their own.
 *
 *   F32 → float32   F16, BF16 → float32, exactly   F64 → float32, rounded to the nearest
 *   I32 → int32     I64 → int32, when it is in range   U8 → uint8   BOOL → uint8, 0 or 1
 *
 * Besides `bytes` it needs the memory of the arrays it makes: as many bytes as the file for F32, I32, U8 and BOOL, half
 * for F64 and I64, twice for F16 and BF16.
 *
 * @param name what to call the bytes in errors
 * @returns a record without a prototype, so that a name like `__proto__` or `constructor` is a name like any other
 * @throws DataError naming the file, the field, what was expected there and what came; for values too: an F64 beyond
 *   float32's range, an I64 beyond int32's
 */
export function readSafetensors(bytes: Uint8Array, name = "safetensors"): Record<string, SafetensorsArray> {
  const { entries, data } = readHeader(bytes, name);
  const arrays: Record<string, SafetensorsArray> = Object.create(null);
  for (const [key, { field, dtype, shape, begin, end }] of entries) {
    arrays[key] = { data: decode(data.subarray(begin, end), dtype, name, field), shape, dtype };
  }
  return arrays;
}

/** The remarks of a safetensors file, strings by name. @throws DataError as `readSafetensors` */
export function readSafetensorsMetadata(bytes: Uint8Array, name = "safetensors"): Record<string, string> {
  return Object.assign(Object.create(null), Object.fromEntries(readHeader(bytes, name).metadata));
}

/**
 * The bytes of a safetensors file with those arrays: float32 as F32, int32 as I32, uint8 as U8.
 *
 * @param metadata remarks to keep with them
 * @throws DataError when an array's shape is not that of its data, a remark is not a string, or a name is the format's
 */
export function writeSafetensors(
  arrays: Readonly<Record<string, NumericArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const named = Object.entries(arrays).map(([name, { data, shape }]) => {
    if (name === METADATA) throw new DataError("writeSafetensors", "arrays", `names other than ${METADATA}`, name);
    return { name, ...numericArray(data, shape), dtype: dtypeOf(name, data) };
  });
  named.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT); // keeps four-byte values aligned
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") throw new DataError("writeSafetensors", `metadata ${key}`, "a string", typeof value);
  }
  const fields = Object.keys(metadata).length === 0 ? [] : [`"${METADATA}":${JSON.stringify(metadata)}`];
  let size = 0;
  for (const { name, dtype, shape, data } of named) {
    const data_offsets = [size, size + data.byteLength];
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets })}`);
    size += data.byteLength;
  }
  const header = padded(new TextEncoder().encode(`{${fields.join(",")}}`));
  const file = new Uint8Array(8 + header.length + size);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const { data } of named) at = encode(data, file, at);
  return file;
}

/** `readSafetensors` on a file. @throws DataError as it, or when there is no such file or it cannot be read */
export async function loadSafetensors(path: string): Promise<Record<string, SafetensorsArray>> {
  let bytes: Uint8Array;
  try {
    if (!(await stat(path)).isFile()) throw new DataError(path, "kind", "a file", "something else"); // a pipe would wait
    bytes = await readFile(path);
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(path, "access", "a readable file", errorCode(error));
  }
  return readSafetensors(bytes, path);
}

/**
 * `writeSafetensors` to a file, which is there whole or not at all, and replaces one that was there.
 *
 * @throws DataError as it, or when the file cannot be written
 */
export async function saveSafetensors(
  path: string,
  arrays: Readonly<Record<string, NumericArray>>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const bytes = writeSafetensors(arrays, metadata);
  try {
    await replaceFile(path, bytes);
  } catch (error) {
    throw new DataError(path, "access", "a place that can be written", errorCode(error));
  }
}

function dtypeOf(name: string, data: NumericData): SafetensorsDtype {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Uint8Array) return "U8";
  throw new DataError("writeSafetensors", name, "a Float32Array, Int32Array or Uint8Array", typeof data);
}

/** Filled up with spaces, so that the values begin at a multiple of 8. */
function padded(header: Uint8Array): Uint8Array {
  const length = Math.ceil(header.length / 8) * 8;
  if (length > MAX_HEADER)
    throw new DataError("writeSafetensors", "header", `at most ${MAX_HEADER} bytes`, `${length}`);
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(header);
  return bytes;
}

/** Values little-endian into the file. @returns the place after them */
function encode(data: NumericData, file: Uint8Array, start: number): number {
  const view = new DataView(file.buffer, start, data.byteLength);
  if (data instanceof Uint8Array) file.set(data, start);
  else if (data instanceof Float32Array) for (const [i, value] of data.entries()) view.setFloat32(4 * i, value, true);
  else for (const [i, value] of data.entries()) view.setInt32(4 * i, value, true);
  return start + data.byteLength;
}
