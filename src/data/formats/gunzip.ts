import { createGunzip } from "node:zlib";
import { DataError } from "../errors";

/**
 * The largest ratio of unpacked to packed bytes of Deflate (https://zlib.net/zlib_tech.html): the size of a file
 * limits the size of its content.
 */
const MOST_PER_BYTE = 1032;

/**
 * The expected size of the unpacked bytes. It is computed from the first `headSize` bytes, before memory for the rest
 * is allocated.
 */
export interface UnpackedSize {
  readonly headSize: number;
  /** @throws DataError when the head is bad or asks for more bytes than allowed */
  total(head: Uint8Array): number;
}

/**
 * Unpacks gzip to exactly the size that its first unpacked bytes announce. A decompression bomb needs no more memory
 * than that size: unpacking stops at the first byte beyond it. A size that the packed bytes cannot contain is refused
 * before memory is allocated.
 *
 * @param file the name of the bytes in errors
 * @throws DataError for bytes that are not one whole, intact gzip stream of that size
 */
export async function gunzip(packed: Uint8Array, file: string, size: UnpackedSize): Promise<Uint8Array> {
  if (packed.length === 0) throw new DataError(file, "size", "gzip data", "an empty file");
  const stream = createGunzip({ chunkSize: 1 << 18 });
  const sink = new Sink(packed.length, file, size);
  try {
    stream.end(packed);
    for await (const chunk of stream) sink.add(chunk as Uint8Array);
  } catch (error) {
    throw isZlibError(error) ? new DataError(file, "gzip", "whole, intact gzip data", error.message) : error;
  } finally {
    stream.destroy();
  }
  if (stream.bytesWritten !== packed.length) {
    const trailing = packed.length - stream.bytesWritten;
    throw new DataError(file, "gzip", `nothing after its end at byte ${stream.bytesWritten}`, `${trailing} bytes more`);
  }
  return sink.finish();
}

/** Collects the unpacked bytes: first the head, and after the head has given the size, all of them. */
class Sink {
  private bytes: Uint8Array;
  private filled = 0;
  private sized = false;

  constructor(
    private readonly packedSize: number,
    private readonly file: string,
    private readonly size: UnpackedSize,
  ) {
    this.bytes = new Uint8Array(size.headSize);
  }

  add(chunk: Uint8Array): void {
    const forHead = this.sized ? 0 : Math.min(chunk.length, this.size.headSize - this.filled);
    this.put(chunk.subarray(0, forHead));
    if (!this.sized && this.filled === this.size.headSize) this.makeRoom();
    this.put(chunk.subarray(forHead));
  }

  finish(): Uint8Array {
    if (this.sized && this.filled === this.bytes.length) return this.bytes;
    const least = this.sized ? "" : "at least ";
    throw new DataError(this.file, "size", `${least}${this.bytes.length} unpacked bytes`, `${this.filled}`);
  }

  private put(part: Uint8Array): void {
    if (part.length > this.bytes.length - this.filled) {
      throw new DataError(this.file, "size", `${this.bytes.length} unpacked bytes`, "more");
    }
    this.bytes.set(part, this.filled);
    this.filled += part.length;
  }

  private makeRoom(): void {
    const total = this.size.total(this.bytes);
    if (total > this.packedSize * MOST_PER_BYTE) {
      const most = `at most ${this.packedSize * MOST_PER_BYTE} (${this.packedSize} packed bytes hold no more)`;
      throw new DataError(this.file, "unpacked size in the header", most, `${total}`);
    }
    const all = new Uint8Array(total);
    all.set(this.bytes);
    this.bytes = all;
    this.sized = true;
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("Z_");
}
