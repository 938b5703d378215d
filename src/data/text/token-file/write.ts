import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { DataError } from "../../errors";
import { checkIsFile, readError } from "../../files/data-file";
import { withPath } from "../../files/save-file";
import { fillUnfinished } from "../../files/write-file";
import { type Tokenizer, unknownCount } from "../tokenizer";
import { encodeChunks } from "./encode-chunks";
import { HEADER_BYTES, headerBytes, type TextIdentity, widthFor } from "./header";

/**
 * Writes the ids of a text to a file, which is there whole or not at all: under a temporary name, synced to the disk,
 * then renamed.
 *
 * @throws DataError for a text that cannot be read or encoded, and for a file that cannot be written
 */
export async function writeTokenFile(path: string, tokenizer: Tokenizer, to: string): Promise<void> {
  const before = await identityOf(path);
  const file = await withPath(
    to,
    fillUnfinished(to, (handle) => writeIds(path, tokenizer, handle, before)),
  );
  try {
    const { bytes, modified } = await statOf(path);
    if (bytes !== before.bytes || modified !== before.modified) {
      throw new DataError(path, "text", "one that stays as it is while it is encoded", "a change");
    }
    await withPath(to, file.finish());
  } catch (error) {
    await file.drop();
    throw error;
  }
}

async function writeIds(path: string, tokenizer: Tokenizer, handle: FileHandle, text: TextIdentity) {
  const width = widthFor(tokenizer);
  const write = async (bytes: Uint8Array, position: number) => {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  };
  let [length, unknown] = [0, 0];
  for (const ids of encodeChunks(path, tokenizer)) {
    await write(idBytes(ids, width), HEADER_BYTES + length * width);
    length += ids.length;
    unknown += unknownCount(tokenizer, ids);
  }
  const { digest, vocabularySize } = tokenizer;
  await write(headerBytes({ digest, vocabularySize, width, length, unknown, text }), 0);
}

/** Ids as bytes, the lowest first (as all processors that Node runs on keep them). */
function idBytes(ids: Int32Array, width: 1 | 2 | 4): Uint8Array {
  const { buffer, byteOffset, byteLength } =
    width === 1 ? Uint8Array.from(ids) : width === 2 ? Uint16Array.from(ids) : ids;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The size and the time of the last change of a text. @throws DataError for what is no file */
export async function statOf(path: string): Promise<Pick<TextIdentity, "bytes" | "modified">> {
  const found = await stat(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  checkIsFile(path, found);
  return { bytes: found.size, modified: found.mtimeMs };
}

/** What tells a text from all others. */
export async function identityOf(path: string): Promise<TextIdentity> {
  const found = await statOf(path);
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  } catch (error) {
    throw readError(path, error);
  }
  return { ...found, sha256: hash.digest("hex") };
}
