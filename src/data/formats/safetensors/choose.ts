import type { NumericArray, NumericData } from "../../array";
import { DataError } from "../../errors";
import { DTYPES, isReadable } from "./dtypes";
import { type Entry, few, short } from "./header";

/** An array of a safetensors file, and the dtype that its values have in the file: a `SafetensorsDtype` or another. */
export interface SafetensorsArray extends NumericArray {
  readonly dtype: string;
}

/** Names of arrays, or a function that says yes to a name. */
export type ChosenNames = readonly string[] | ((name: string) => boolean);

/**
 * The entries that a caller wants, in the file's order.
 *
 * @throws DataError for a listed name that is not there, or whose dtype cannot be read
 */
export function choose(
  entries: ReadonlyMap<string, Entry>,
  names: ChosenNames | undefined,
  file: string,
): (readonly [string, Entry])[] {
  if (names === undefined) return [...entries];
  if (typeof names === "function") return [...entries].filter(([name]) => names(name));
  checkList(names);
  for (const name of names) {
    const entry = entries.get(name);
    if (entry === undefined) throw missing(name, [...entries.keys()], file);
    if (!isReadable(entry.dtype)) throw unreadable(entry, file);
  }
  return [...entries].filter(([name]) => names.includes(name));
}

/** Refuses what is no list of texts. @throws DataError */
export function checkList(names: unknown): asserts names is readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return;
  throw new DataError("readSafetensors", "names", "a list of texts, or a function", short(names));
}

export const missing = (name: string, all: readonly string[], file: string): DataError =>
  new DataError(file, "names", `${short(name)}, as asked for`, few(all));

/** What is known of an array whose dtype cannot be read. Whoever reads its data gets the error. */
export function foreignArray(entry: Entry, file: string): SafetensorsArray {
  const { shape, dtype } = entry;
  return {
    shape,
    dtype,
    get data(): NumericData {
      throw unreadable(entry, file);
    },
  };
}

const unreadable = ({ field, dtype }: Entry, file: string): DataError =>
  new DataError(file, `${field} dtype`, `one of ${DTYPES.join(", ")}`, dtype);
