import { joined } from "../../allocate";
import type { NumericArray } from "../../array";
import { checkOptions } from "../../check-options";
import { saveFile } from "../../files/save-file";
import { type ChosenNames, choose, foreignArray, type SafetensorsArray } from "./choose";
import { decode, isReadable } from "./dtypes";
import { readHeader } from "./header";
import { layOut, partsOf, type WrittenDtypes } from "./layout";

/** The options of `readSafetensors` and `loadSafetensors`. */
export interface ReadSafetensorsOptions {
  /**
   * The arrays to read: their names, or a function that says yes to a name. Of a file nothing else is read then, so that
   * a part of a large one needs little memory. Default: all.
   */
  names?: ChosenNames;
}

/** The options of `writeSafetensors` and `saveSafetensors`. */
export interface WriteSafetensorsOptions {
  /**
   * The dtypes in the file, by the arrays' names; one text is that of all float32 arrays. A Float32Array can be F64, F32,
   * F16 or BF16 (of 16 bits, rounded to the nearest); an Int32Array or Uint8Array I64, I32, U8 or BOOL, when they have its
   * values. Default: F32, I32 and U8.
   */
  dtypes?: WrittenDtypes;
}

/**
 * Reads the arrays of a safetensors file (https://github.com/huggingface/safetensors), by name, into memory of their
 * own.
 *
 *   F32 → float32   F16, BF16, F8_E4M3, F8_E5M2, F8_E8M0 → float32, exactly   F64 → float32, rounded to the nearest
 *   I32, I16, I8, U16 → int32   I64, U64, U32 → int32, when it is in range    U8 → uint8   BOOL → uint8, 0 or 1
 *
 * An array of another dtype (F4, C64, …) has its `shape` and `dtype`, and an error when its `data` is read; the others can be read.
 *
 * In addition to `bytes` it needs the memory of the arrays: as many bytes as the file for F32, I32, U32, U8 and BOOL, half
 * for those of eight bytes, twice for those of two, four times for the others of one.
 *
 * @example
 *   const { readFile } = await import("node:fs/promises");
 *   const arrays = readSafetensors(await readFile("weights.safetensors"), "weights.safetensors");
 *   console.log(arrays["rnn/kernel"]?.shape);
 *
 * @param name the name of the bytes in errors
 * @returns a record without a prototype, so that names like `__proto__` or `constructor` are ordinary names
 * @throws DataError naming the file, the field, what was expected and what was found; also for values: an F64 beyond
 *   float32's range, an I64, U64 or U32 beyond int32's; for a name of `names` that is not there or of another dtype
 */
export function readSafetensors(
  bytes: Uint8Array,
  name = "safetensors",
  options: ReadSafetensorsOptions = {},
): Record<string, SafetensorsArray> {
  checkOptions("readSafetensors", options, ["names"]);
  const { entries, data } = readHeader(bytes, name);
  const arrays: Record<string, SafetensorsArray> = Object.create(null);
  for (const [key, entry] of choose(entries, options.names, name)) {
    const { field, dtype, shape, begin, end } = entry;
    arrays[key] = isReadable(dtype)
      ? { data: decode(data.subarray(begin, end), dtype, name, field), shape, dtype }
      : foreignArray(entry, name);
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
 * The bytes of a safetensors file: float32 arrays as F32, int32 as I32, uint8 as U8, or as `dtypes` says. The same arrays,
 * metadata and dtypes give the same bytes, in whatever order they are given.
 *
 * @example
 *   const arrays = { kernel: numericArray(new Float32Array(6), [2, 3]), mask: numericArray(Uint8Array.of(1, 0), [2]) };
 *   const bytes = writeSafetensors(arrays, { model: "first" }, { dtypes: { kernel: "F16", mask: "BOOL" } });
 *
 * @param metadata strings to store beside the arrays. Default: none
 * @throws DataError when an array's shape does not fit its data, metadata is not a string, or the format reserves a
 *   name; for a dtype that an array of its type cannot have, and a value that the dtype does not have, such as 1e6 as F16;
 *   when the file is larger than one array can be: `saveSafetensors` writes it
 */
export function writeSafetensors(
  arrays: Readonly<Record<string, NumericArray>>,
  metadata: Readonly<Record<string, string>> = {},
  options: WriteSafetensorsOptions = {},
): Uint8Array {
  checkOptions("writeSafetensors", options, ["dtypes"]);
  return joined("writeSafetensors", [...partsOf(layOut(arrays, metadata, options.dtypes))], "saveSafetensors");
}

/**
 * Writes a file as `writeSafetensors` does, part by part. The file is there whole or not at all, and replaces an older one.
 *
 * @example
 *   await saveSafetensors("weights.safetensors", { kernel: numericArray(new Float32Array(6), [2, 3]) });
 *
 * @throws DataError as `writeSafetensors`, for an empty path, and when the file cannot be written
 */
export async function saveSafetensors(
  path: string,
  arrays: Readonly<Record<string, NumericArray>>,
  metadata?: Readonly<Record<string, string>>,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  checkOptions("saveSafetensors", options, ["dtypes"]);
  await saveFile("saveSafetensors", path, partsOf(layOut(arrays, metadata, options.dtypes)));
}
