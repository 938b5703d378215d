import type { FileHandle } from "node:fs/promises";
import { readError } from "./data-file";
import { openPlainFile } from "./open-plain-file";

const CHUNK = 2 ** 20;

/** Reads a file from its start to its end, chunk by chunk, so that a large file needs little memory. */
export class ByteReader {
  private buffer = Buffer.alloc(0);
  private at = 0;
  private isOver = false;

  private constructor(
    readonly path: string,
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  /** @throws DataError when there is no file, or it cannot be read */
  static async open(path: string): Promise<ByteReader> {
    const { handle, size } = await openPlainFile(path);
    return new ByteReader(path, size, handle);
  }

  /**
   * The next `count` bytes, or fewer where the file ends before. They are the reader's, and hold until its next read.
   */
  async take(count: number): Promise<Buffer> {
    while (this.left < count && !this.isOver) await this.fill(Math.max(count - this.left, CHUNK));
    const taken = this.buffer.subarray(this.at, this.at + count);
    this.at += taken.length;
    return taken;
  }

  /**
   * The bytes before the next `end`, which is passed over; undefined where the file ends before it. They are the reader's,
   * and hold until its next read.
   *
   * @param most more bytes than these are looked at in no case
   */
  async until(end: number, most: number): Promise<Buffer | undefined> {
    for (let from = 0; ; ) {
      const found = this.buffer.indexOf(end, this.at + from);
      if (found >= 0) {
        const taken = this.buffer.subarray(this.at, found);
        this.at = found + 1;
        return taken;
      }
      from = this.left;
      if (from > most || this.isOver) return undefined;
      await this.fill(CHUNK);
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** The number of bytes that are read and not taken. */
  private get left(): number {
    return this.buffer.length - this.at;
  }

  private async fill(count: number): Promise<void> {
    const more = Buffer.allocUnsafe(count);
    const { bytesRead } = await this.handle.read(more, 0, count, null).catch((error) => {
      throw readError(this.path, error);
    });
    this.isOver = bytesRead === 0;
    this.buffer = Buffer.concat([this.buffer.subarray(this.at), more.subarray(0, bytesRead)]);
    this.at = 0;
  }
}
