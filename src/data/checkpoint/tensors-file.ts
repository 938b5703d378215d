import { createHash, type Hash } from "node:crypto";
import { endianness } from "node:os";
import type { NumericArray } from "../array";
import { DataError } from "../errors";
import { type Entry, parseHeader, readHeaderLength, short } from "../formats/safetensors/header";
import { layOut, littleEndian } from "../formats/safetensors/layout";
import { chunksOf, openFile, readInto, writeDurably } from "./disk";
import type { Manifest, TensorEntry } from "./manifest";

/** The part of a manifest that describes the safetensors file. */
export type TensorsFacts = Pick<Manifest, "bytes" | "tensorsSha256" | "tensors">;

/**
 * Writes the safetensors file and waits until the disk has it. The arrays are written and hashed without a copy.
 *
 * @throws DataError for arrays that a file cannot store, or the system's error
 */
export async function writeTensors(
  path: string,
  arrays: Readonly<Record<string, NumericArray>>,
): Promise<TensorsFacts> {
  const { head, values } = layOut(arrays);
  const hash = createHash("sha256");
  let bytes = 0;
  function* parts() {
    for (const part of [head, ...values.map(({ data }) => data)]) {
      for (const chunk of chunksOf(part === head ? head : littleEndian(part))) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
  }
  await writeDurably(path, parts());
  const tensors = values.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
  return { bytes, tensorsSha256: hash.digest("hex"), tensors };
}

/**
 * Reads the safetensors file that the manifest describes, each array directly into its own memory.
 *
 * @returns a record without a prototype: a name like `__proto__` or `../x` is only a key
 * @throws DataError when a byte differs from the file that was written
 */
export async function readTensors(path: string, facts: TensorsFacts): Promise<Record<string, NumericArray>> {
  const { handle, size } = await openFile(path);
  try {
    if (size !== facts.bytes) throw new DataError(path, "size", `${facts.bytes} bytes`, `${size}`);
    const hash = createHash("sha256");
    const next = async (bytes: Uint8Array) => {
      await readHashed(handle, bytes, hash, path);
      return bytes;
    };
    const length = readHeaderLength(await next(new Uint8Array(8)), size, path);
    const { entries } = parseHeader(await next(new Uint8Array(length)), size - 8 - length, path);
    checkEntries(entries, facts.tensors, path);
    const arrays: Record<string, NumericArray> = Object.create(null);
    const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
    for (const [name, { dtype, shape, begin, end }] of inOrder) {
      const Kind = KINDS[dtype as keyof typeof KINDS];
      const bytes = new Uint8Array(end - begin);
      await next(bytes);
      if (Kind !== Uint8Array && endianness() === "BE") Buffer.from(bytes.buffer).swap32();
      arrays[name] = { data: new Kind(bytes.buffer), shape };
    }
    const actual = hash.digest("hex");
    if (actual !== facts.tensorsSha256) throw new DataError(path, "SHA-256", facts.tensorsSha256, actual);
    return arrays;
  } finally {
    await handle.close();
  }
}

async function readHashed(handle: Parameters<typeof readInto>[0], bytes: Uint8Array, hash: Hash, path: string) {
  for (const chunk of chunksOf(bytes)) {
    await readInto(handle, chunk, path);
    hash.update(chunk);
  }
}

/**
 * Checks that both files describe the same arrays, of dtypes that checkpoints use. @throws DataError naming the first
 * difference
 */
function checkEntries(found: ReadonlyMap<string, Entry>, expected: readonly TensorEntry[], path: string): void {
  if (found.size !== expected.length) throw new DataError(path, "tensors", `${expected.length}`, `${found.size}`);
  for (const { name, dtype, shape } of expected) {
    const entry = found.get(name);
    const actual = entry === undefined ? "none" : `${entry.dtype} of shape [${entry.shape}]`;
    const required = `${Object.hasOwn(KINDS, dtype) ? dtype : Object.keys(KINDS).join(", ")} of shape [${shape}]`;
    if (actual !== required) throw new DataError(path, `tensor ${short(name)}`, required, actual);
  }
}

const KINDS = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };
