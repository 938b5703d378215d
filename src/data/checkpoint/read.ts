import { join, resolve } from "node:path";
import type { NumericArray } from "../array";
import { DataError } from "../errors";
import { openFile, readInto } from "./disk";
import { MANIFEST, numberIn, TENSORS } from "./folder";
import type { JsonRecord } from "./json-value";
import { type Best, MAX_MANIFEST, type Manifest, parseManifest } from "./manifest";
import { readTensors } from "./tensors-file";

/** What was kept at one moment of a training. */
export interface Checkpoint {
  /** Its folder. */
  readonly path: string;
  readonly number: number;
  /** By which it is compared with others; null where nothing was given. */
  readonly best: Best | null;
  /** By name, in a record without a prototype; each array has memory of its own. */
  readonly tensors: Readonly<Record<string, NumericArray>>;
  readonly state: JsonRecord;
}

/**
 * Reads a checkpoint and verifies all of it: both files to the byte by their SHA-256, and that they say the same.
 *
 * It needs the memory of the arrays, which is the safetensors file's size, and a MB besides. Nothing in the files is
 * run, and no name in them is a path.
 *
 * @param path the checkpoint's folder, as `writeCheckpoint` returns it
 * @throws DataError naming the file, the field, what was expected and what came, for damage of any kind
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const manifest = await readManifest(path);
  const tensors = await readTensors(join(path, TENSORS), manifest);
  const { number, best, state } = manifest;
  return { path: resolve(path), number, best, tensors, state };
}

/** What a checkpoint's JSON says, without a look at the arrays. @throws DataError as `readCheckpoint` */
export async function readManifest(path: string): Promise<Manifest> {
  const file = join(path, MANIFEST);
  const { handle, size } = await openFile(file);
  try {
    if (size > MAX_MANIFEST) throw new DataError(file, "size", `at most ${MAX_MANIFEST} bytes`, `${size}`);
    const bytes = new Uint8Array(size);
    await readInto(handle, bytes, file);
    const manifest = parseManifest(bytes, file);
    const named = numberIn(resolve(path));
    if (named !== undefined && named !== manifest.number)
      throw new DataError(file, "number", `${named}, as its folder is called`, `${manifest.number}`);
    return manifest;
  } finally {
    await handle.close();
  }
}
