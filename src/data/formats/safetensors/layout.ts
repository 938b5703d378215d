import { endianness } from "node:os";
import { describe, isOptions } from "../../../arguments";
import { type NumericArray, type NumericData, numericArray } from "../../array";
import { checkNumericArray } from "../../check-numeric-array";
import { DataError } from "../../errors";
import { bytesIn, bytesOf } from "./dtypes";
import { checkWritten, encoded, type WrittenDtype } from "./encode";
import { few, MAX_HEADER, METADATA } from "./header";

/** An array to write. */
export interface ArrayToWrite extends NumericArray {
  readonly name: string;
  readonly dtype: WrittenDtype;
}

/** The dtypes of arrays by their names, or that of all float32 arrays. */
export type WrittenDtypes = WrittenDtype | Readonly<Record<string, WrittenDtype>>;

/** The parts of a safetensors file, from its first byte to its last. */
export interface Layout {
  /** All bytes before the values. */
  readonly head: Uint8Array;
  /** The arrays in the order of their values, without gaps. */
  readonly values: readonly ArrayToWrite[];
}

/**
 * Plans a safetensors file. Only the header is copied, not the values.
 *
 * @throws DataError as `writeSafetensors`
 */
export function layOut(
  arrays: Readonly<Record<string, NumericArray>>,
  metadata: Readonly<Record<string, string>> = {},
  dtypes: WrittenDtypes = {},
): Layout {
  if (!isOptions(arrays)) throw new DataError("writeSafetensors", "arrays", "arrays by name", describe(arrays));
  checkNames(arrays, dtypes);
  const values = Object.entries(arrays).map(([name, array]) => {
    checkNumericArray("writeSafetensors", name, array);
    const { data, shape } = array;
    if (name === METADATA) throw new DataError("writeSafetensors", "arrays", `names other than ${METADATA}`, name);
    return { name, ...numericArray(data, shape), dtype: dtypeOf(name, data, dtypes) };
  });
  // The widest values first, which keeps them aligned; then by name, so that the caller's order changes no byte.
  values.sort((a, b) => bytesOf(b.dtype) - bytesOf(a.dtype) || byName(a.name, b.name));
  if (metadata === null || typeof metadata !== "object" || Array.isArray(metadata)) {
    throw new DataError("writeSafetensors", "metadata", "an object of strings", JSON.stringify(metadata));
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") throw new DataError("writeSafetensors", `metadata ${key}`, "a string", typeof value);
  }
  const sorted = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => byName(a, b)));
  const fields = Object.keys(metadata).length === 0 ? [] : [`"${METADATA}":${JSON.stringify(sorted)}`];
  let size = 0;
  for (const { name, dtype, shape, data } of values) {
    const data_offsets = [size, size + data.length * bytesOf(dtype)];
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets })}`);
    size = data_offsets[1] as number;
  }
  return { head: headOf(`{${fields.join(",")}}`), values };
}

/** The parts of the file, one after the other. @throws DataError as `encoded` */
export function* partsOf({ head, values }: Layout): Generator<Uint8Array> {
  yield head;
  for (const { name, data, dtype } of values) yield* encoded(name, data, dtype);
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The values' bytes in the file's order, little-endian. They share the array's memory, except on a big-endian machine.
 */
export function littleEndian(data: NumericData): Uint8Array {
  const bytes = bytesIn(data);
  if (data.BYTES_PER_ELEMENT === 1 || endianness() === "LE") return bytes;
  return Buffer.from(bytes).swap32();
}

/** The header's length and the header, padded with spaces so that the values begin at a multiple of 8. */
function headOf(text: string): Uint8Array {
  const header = new TextEncoder().encode(text);
  const length = Math.ceil(header.length / 8) * 8;
  if (length > MAX_HEADER)
    throw new DataError("writeSafetensors", "header", `at most ${MAX_HEADER} bytes`, `${length}`);
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(header, 8);
  return head;
}

function dtypeOf(name: string, data: NumericData, dtypes: WrittenDtypes): WrittenDtype {
  const own = ownDtype(name, data);
  const isAll = typeof dtypes === "string";
  const dtype = isAll ? (own === "F32" ? dtypes : own) : Object.hasOwn(dtypes, name) ? dtypes[name] : own;
  checkWritten(name, data, dtype);
  return dtype;
}

function ownDtype(name: string, data: NumericData): WrittenDtype {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Uint8Array) return "U8";
  throw new DataError("writeSafetensors", name, "a Float32Array, Int32Array or Uint8Array", typeof data);
}

/** Refuses a dtype of an array that is not there. @throws DataError */
function checkNames(arrays: Readonly<Record<string, NumericArray>>, dtypes: WrittenDtypes): void {
  const unknown =
    typeof dtypes === "string" ? undefined : Object.keys(dtypes).find((name) => !Object.hasOwn(arrays, name));
  if (unknown === undefined) return;
  throw new DataError("writeSafetensors", "dtypes", `names of arrays, ${few(Object.keys(arrays))}`, unknown);
}
