import { readFile, stat } from "node:fs/promises";
import type { NumericArray } from "../array";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { saveFile } from "../files/save-file";
import { decode, type SafetensorsDtype } from "./safetensors-dtypes";
import { readHeader } from "./safetensors-header";
import { layOut, littleEndian } from "./safetensors-layout";

/** An array of a safetensors file, and the dtype that its values have in the file. */
export interface SafetensorsArray extends NumericArray {
  readonly dtype: SafetensorsDtype;
}

/**
 * Reads the arrays of a safetensors file (https://github.com/huggingface/safetensors), by name, into memory of their
 * own.
 *
 *   F32 → float32   F16, BF16 → float32, exactly   F64 → float32, rounded to the nearest
 *   I32 → int32     I64 → int32, when it is in range   U8 → uint8   BOOL → uint8, 0 or 1
 *
 * In addition to `bytes` it needs the memory of the arrays: as many bytes as the file for F32, I32, U8 and BOOL, half
 * for F64 and I64, twice for F16 and BF16.
 *
 * @example
 *   const { readFile } = await import("node:fs/promises");
 *   const arrays = readSafetensors(await readFile("weights.safetensors"), "weights.safetensors");
 *   console.log(arrays["rnn/kernel"]?.shape);
 *
 * @param name the name of the bytes in errors
 * @returns a record without a prototype, so that names like `__proto__` or `constructor` are ordinary names
 * @throws DataError naming the file, the field, what was expected and what was found; also for values: an F64 beyond
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

/**
 * The metadata of a safetensors file, strings by name.
 *
 * @example
 *   const bytes = writeSafetensors({ bias: numericArray(new Float32Array(3), [3]) }, { model: "first" });
 *   console.log(readSafetensorsMetadata(bytes).model); // "first"
 *
 * @throws DataError as `readSafetensors`
 */
export function readSafetensorsMetadata(bytes: Uint8Array, name = "safetensors"): Record<string, string> {
  return Object.assign(Object.create(null), Object.fromEntries(readHeader(bytes, name).metadata));
}

/**
 * The bytes of a safetensors file: float32 arrays as F32, int32 as I32, uint8 as U8. The same arrays and metadata give
 * the same bytes, in whatever order they are given.
 *
 * @example
 *   const bytes = writeSafetensors({ kernel: numericArray(new Float32Array(6), [2, 3]) }, { model: "first" });
 *
 * @param metadata strings to store beside the arrays. Default: none
 * @throws DataError when an array's shape does not fit its data, metadata is not a string, or the format reserves a
 *   name
 */
export function writeSafetensors(
  arrays: Readonly<Record<string, NumericArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { head, values } = layOut(arrays, metadata);
  const size = values.reduce((total, { data }) => total + data.byteLength, head.length);
  const file = new Uint8Array(size);
  file.set(head);
  let at = head.length;
  for (const { data } of values) {
    file.set(littleEndian(data), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a file as `readSafetensors` does.
 *
 * @example
 *   const { kernel } = await loadSafetensors("weights.safetensors");
 *
 * @throws DataError as `readSafetensors`, and when the file cannot be read
 */
export async function loadSafetensors(path: string): Promise<Record<string, SafetensorsArray>> {
  let bytes: Uint8Array;
  try {
    // reading a pipe would block
    if (!(await stat(path)).isFile()) throw new DataError(path, "kind", "a file", "something else");
    bytes = await readFile(path);
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(path, "access", "a readable file", errorCode(error));
  }
  return readSafetensors(bytes, path);
}

/**
 * Writes a file as `writeSafetensors` does. The file is there whole or not at all, and replaces an older one.
 *
 * @example
 *   await saveSafetensors("weights.safetensors", { kernel: numericArray(new Float32Array(6), [2, 3]) });
 *
 * @throws DataError as `writeSafetensors`, and when the file cannot be written
 */
export async function saveSafetensors(
  path: string,
  arrays: Readonly<Record<string, NumericArray>>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const { head, values } = layOut(arrays, metadata);
  await saveFile("saveSafetensors", path, [head, ...values.map(({ data }) => littleEndian(data))]);
}
