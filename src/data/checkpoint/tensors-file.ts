import { createHash, type Hash } from "node:crypto";
import { endianness } from "node:os";
import type { NumericArray } from "../array";
import { DataError } from "../errors";
import { type Entry, parseHeader, readHeaderLength, short } from "../formats/safetensors-header";
import { layOut, littleEndian } from "../formats/safetensors-layout";
import { openFile, pieces, readInto, writeDurably } from "./disk";
import type { Manifest, TensorEntry } from "./manifest";

/** What a manifest says of its safetensors file. */
export type TensorsFacts = Pick<Manifest, "bytes" | "tensorsSha256" | "tensors">;

/**
 * Writes the safetensors file, durably. The arrays are written and hashed where they lie; no copy is made.
 *
 * @throws DataError for arrays that no file can hold, or the system's error
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
      for (const piece of pieces(part === head ? head : littleEndian(part))) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    }
  }
  await writeDurably(path, parts());
  const tensors = values.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
  return { bytes, tensorsSha256: hash.digest("hex"), tensors };
}

/**
 * Reads the safetensors file that the manifest speaks of, each array straight into its own memory.
 *
 * @returns a record without a prototype: a name like `__proto__` or `../x` is a key and nothing else
 * @throws DataError when the file is not, to the byte, the one that was written
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
  for (const piece of pieces(bytes)) {
    await readInto(handle, piece, path);
    hash.update(piece);
  }
}

/** Both tell of the same arrays, of types that are written here. @throws DataError naming the first that differs */
function checkEntries(found: ReadonlyMap<string, Entry>, expected: readonly TensorEntry[], path: string): void {
  if (found.size !== expected.length) throw new DataError(path, "tensors", `${expected.length}`, `${found.size}`);
  for (const { name, dtype, shape } of expected) {
    const entry = found.get(name);
    const told = entry === undefined ? "none" : `${entry.dtype} of shape [${entry.shape}]`;
    const wanted = `${Object.hasOwn(KINDS, dtype) ? dtype : Object.keys(KINDS).join(", ")} of shape [${shape}]`;
    if (told !== wanted) throw new DataError(path, `tensor ${short(name)}`, wanted, told);
  }
}

const KINDS = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };
