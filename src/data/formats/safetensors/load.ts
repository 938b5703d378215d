import { checkOptions } from "../../check-options";
import { openFile, type RandomAccess } from "../../files/random-access";
import { type ChosenNames, choose, foreignArray, type SafetensorsArray } from "./choose";
import { isReadable } from "./dtypes";
import { type Entry, parseHeader, readHeaderLength } from "./header";
import { readValues } from "./read-values";
import type { ReadSafetensorsOptions } from "./safetensors";
import { isIndex, loadShards } from "./shards";

/**
 * Reads a file as `readSafetensors` does, of any size: array by array, each into its own memory, which is all that it needs.
 * Of a model in several files the path is that of its index, `model.safetensors.index.json`; the files that it names are beside
 * it.
 *
 * @example
 *   const { kernel } = await loadSafetensors("weights.safetensors");
 *   const cell = await loadSafetensors("large.safetensors", { names: (name) => name.startsWith("rnn/") });
 *
 * @throws DataError as `readSafetensors`, and when the file cannot be read; of an index, when a file that it names is
 *   missing, lacks an array, or has one of another file
 */
export async function loadSafetensors(
  path: string,
  options: ReadSafetensorsOptions = {},
): Promise<Record<string, SafetensorsArray>> {
  checkOptions("loadSafetensors", options, ["names"]);
  const arrays: Record<string, SafetensorsArray> = Object.create(null);
  const read = (file: string, names: ChosenNames | undefined) => loadFile(file, names, arrays);
  await (isIndex(path) ? loadShards(path, options.names, read) : read(path, options.names));
  return arrays;
}

/** Adds the arrays of a file to a record. @returns the names of all arrays in the file */
async function loadFile(
  path: string,
  names: ChosenNames | undefined,
  arrays: Record<string, SafetensorsArray>,
): Promise<readonly string[]> {
  const file = await openFile(path);
  try {
    const length = readHeaderLength(await file.read(0, Math.min(8, file.size), "size"), file.size, path);
    const { entries } = parseHeader(await file.read(8, length, "header"), file.size - 8 - length, path);
    for (const [name, entry] of choose(entries, names, path)) {
      arrays[name] = await readArray(file, entry, 8 + length);
    }
    return [...entries.keys()];
  } finally {
    await file.close();
  }
}

/** @param from where the values of all arrays begin in the file */
async function readArray(file: RandomAccess, entry: Entry, from: number): Promise<SafetensorsArray> {
  const { field, dtype, shape } = entry;
  if (!isReadable(dtype)) return foreignArray(entry, file.path);
  const range = { begin: from + entry.begin, end: from + entry.end };
  return { data: await readValues(file, dtype, range, field), shape, dtype };
}
