import { basename, dirname, join } from "node:path";
import { DataError } from "../../errors";
import { openFile } from "../../files/random-access";
import { jsonProblem } from "../json-keys";
import { type ChosenNames, checkList, missing } from "./choose";
import { few, isRecord, MAX_HEADER, short } from "./header";

/** Whether a path is that of an index, by its name. */
export const isIndex = (path: string): boolean => typeof path === "string" && path.endsWith(".index.json");

/** Reads some arrays of a file. @returns the names of all that it has */
type ReadShard = (path: string, names: ChosenNames) => Promise<readonly string[]>;

/**
 * Reads the arrays of a model in several files, each from the file that the index names for it. An array that is in a file and
 * not in the index is read too. With a list of names only their files are opened.
 *
 * @throws DataError for an index that is damaged, or does not agree with a file
 */
export async function loadShards(path: string, names: ChosenNames | undefined, read: ReadShard): Promise<void> {
  const map = await readIndex(path);
  const isAsked = typeof names === "function" ? names : () => true;
  const listed = typeof names === "function" || names === undefined ? undefined : namesIn(map, names, path);
  const places = new Map<string, string>();
  for (const shard of new Set(map.values())) {
    const file = join(dirname(path), shard);
    const own = listed?.filter((name) => map.get(name) === shard);
    if (own?.length === 0) continue;
    const isHere = (name: string) => (map.get(name) ?? shard) === shard;
    const all = new Set(await read(file, own ?? ((name) => isHere(name) && isAsked(name))));
    const lost = [...map].find(([name, of]) => of === shard && !all.has(name));
    if (lost !== undefined)
      throw new DataError(file, "names", `${short(lost[0])}, as ${basename(path)} says`, few([...all]));
    for (const name of [...all].filter(isHere)) {
      const other = places.get(name);
      if (other !== undefined) throw new DataError(path, short(name), "an array in one file", `${other} and ${shard}`);
      places.set(name, shard);
    }
  }
}

function namesIn(map: ReadonlyMap<string, string>, names: unknown, path: string): readonly string[] {
  checkList(names);
  const unknown = names.find((name) => !map.has(name));
  if (unknown !== undefined) throw missing(unknown, [...map.keys()], path);
  return names;
}

/** The file of each array, by the array's name. */
async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  const { weight_map: map } = await readJson(path);
  if (!isRecord(map)) throw new DataError(path, "weight_map", "an object of file names", short(map));
  const wrong = Object.entries(map).find(([, file]) => !isFileName(file));
  if (wrong === undefined) return new Map(Object.entries(map) as [string, string][]);
  throw new DataError(path, `weight_map ${short(wrong[0])}`, "the name of a file beside the index", short(wrong[1]));
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const file = await openFile(path);
  try {
    if (file.size > MAX_HEADER) throw new DataError(path, "size", `at most ${MAX_HEADER} bytes`, `${file.size}`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.read(0, file.size, "size"));
    const problem = jsonProblem(text);
    if (problem !== undefined) throw new DataError(path, "text", "each name once, a few levels deep", problem);
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) throw new DataError(path, "text", "a JSON object", short(value));
    return value;
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(path, "text", "JSON in UTF-8", (error as Error).message);
  } finally {
    await file.close();
  }
}

/** No path: an index must not read what is elsewhere. */
const isFileName = (name: unknown): name is string =>
  typeof name === "string" && /^[^/\\\0]+\.safetensors$/.test(name) && basename(name) === name;
