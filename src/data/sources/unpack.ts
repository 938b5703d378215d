import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { DataError } from "../errors";
import type { Answer } from "./http-get";

const UNPACK: Readonly<Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * What a file's bytes may be: those that came, and those that are in them where the server says that it packed them. Some
 * servers say so of every .gz file, which they send as it is; others pack what is packed already.
 *
 * @param most more unpacked bytes are an error
 * @throws DataError naming the address, after the bytes that came
 */
export function* unpacked({ bytes, encoding }: Answer, address: string, most: number): Generator<Uint8Array> {
  yield bytes;
  let inner = bytes;
  const packings = encoding.toLowerCase().split(",");
  for (const packing of packings.map((each) => each.trim()).reverse()) {
    if (packing === "" || packing === "identity") continue;
    inner = unpack(inner, packing, address, most);
    yield inner;
  }
}

function unpack(bytes: Uint8Array, packing: string, address: string, most: number): Uint8Array {
  const work = Object.hasOwn(UNPACK, packing) ? UNPACK[packing] : undefined;
  if (work === undefined) {
    throw new DataError(address, "Content-Encoding", Object.keys(UNPACK).join(", "), packing.slice(0, 40));
  }
  try {
    return work(bytes, { maxOutputLength: most });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new DataError(address, "size", `at most ${most} bytes`, "more");
    throw new DataError(address, "Content-Encoding", `${packing} data`, message);
  }
}

/**
 * The first of the bytes that a check accepts.
 *
 * @throws DataError, that of the last bytes
 */
export function firstRight<T>(candidates: Iterable<Uint8Array>, check: (bytes: Uint8Array) => T): T {
  let failed: unknown;
  for (const bytes of candidates) {
    try {
      return check(bytes);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failed = error;
    }
  }
  throw failed;
}
