import { join, resolve } from "node:path";
import type { NumericArray } from "../array";
import { DataError } from "../errors";
import { checkPath } from "../files/check-path";
import { openFile, readInto } from "./disk";
import { MANIFEST, numberIn, TENSORS } from "./folder";
import type { JsonRecord } from "./json-value";
import { type Best, type HistoryMark, MAX_MANIFEST, type Manifest, parseManifest } from "./manifest";
import { readTensors } from "./tensors-file";

/** A checkpoint: the state of a training at one moment. */
export interface Checkpoint {
  /** The checkpoint's folder. */
  readonly path: string;
  readonly number: number;
  /** The value by which it is compared with other checkpoints; null when it has none. */
  readonly best: Best | null;
  /** The arrays by name, in a record without a prototype; each array has memory of its own. */
  readonly tensors: Readonly<Record<string, NumericArray>>;
  readonly state: JsonRecord;
  /** The place of its history, which `readHistory` reads. Default: none. */
  readonly history?: HistoryMark;
}

/**
 * Reads a checkpoint and verifies it completely: both files to the byte by their SHA-256, and that they agree.
 *
 * It needs the memory of the arrays, which is the size of the safetensors file, and 1 MB more. It runs nothing from
 * the files, and uses no name in them as a path.
 *
 * @example
 *   const { number, tensors, state } = await readCheckpoint("runs/first/checkpoint-000000120");
 *
 * @param path the checkpoint's folder, as `writeCheckpoint` returns it
 * @throws DataError naming the file, the field, what was expected and what was found, for damage of any kind
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  checkPath("readCheckpoint", "path", path);
  const manifest = await readManifest(path);
  const tensors = await readTensors(join(path, TENSORS), manifest);
  const { number, best, state, history } = manifest;
  return { path: resolve(path), number, best, tensors, state, ...(history && { history }) };
}

/** Reads the checkpoint's JSON, but not the arrays. @throws DataError as `readCheckpoint` */
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
