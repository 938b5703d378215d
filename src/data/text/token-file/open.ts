import type { Stats } from "node:fs";
import { DataError } from "../../errors";
import { type OpenFile, withFile } from "../files/open-file";
import type { Tokenizer } from "../tokenizer";
import { HEADER_BYTES, readHeader, sizeOf, type TextIdentity, type TokenFileHeader } from "./header";
import type { ReadIds } from "./read-ids";
import { type Tokens, tokensOf } from "./tokens";

/** A file with the ids of a text. */
export interface TokenFile extends Tokens {
  readonly path: string;
  /** How many of the ids stand for tokens of the text that are not in the vocabulary. */
  readonly unknownCount: number;
}

/** The header of a token file. @throws DataError for another file, and for one that is not whole */
export function headerOf(path: string): TokenFileHeader {
  return withFile(path, (file) => headerIn(file, path));
}

function headerIn(file: OpenFile, path: string): TokenFileHeader {
  const bytes = new Uint8Array(HEADER_BYTES);
  return readHeader(bytes.subarray(0, file.read(bytes, 0)), file.stats.size, path);
}

/**
 * Opens the file that `tokenFile` wrote, where the text itself is not needed any more. No file stays open: each read
 * opens it, and refuses a file that is no longer the same.
 *
 * @example
 *   const tokenizer = await loadTokenizer("model/characters.json");
 *   const tokens = openTokenFile("corpus.tokens", tokenizer);
 *   const batches = tokens.streams({ batchSize: 32, nSteps: 100, targets: "next" });
 *
 * @throws DataError for a file of another tokenizer, another file, or one that is damaged
 */
export function openTokenFile(path: string, tokenizer: Tokenizer): TokenFile {
  return withFile(path, (file) => {
    const header = headerIn(file, path);
    checkTokenizer(path, header, tokenizer);
    const read = readerOf(path, header, file.stats);
    return { path, unknownCount: header.unknown, ...tokensOf(read, path, 0, header.length) };
  });
}

/** @throws DataError where the ids are those of another tokenizer */
export function checkTokenizer(path: string, { digest, vocabularySize }: TokenFileHeader, tokenizer: Tokenizer): void {
  if (digest === tokenizer.digest && vocabularySize === tokenizer.vocabularySize) return;
  const expected = `${tokenizer.digest}, the tokenizer's (write the file anew, with overwrite: true)`;
  throw new DataError(path, "digest", expected, digest);
}

function readerOf(path: string, header: TokenFileHeader, opened: Stats): ReadIds {
  const { width, vocabularySize } = header;
  let known = opened;
  return (ranges) =>
    withFile(path, (file) => {
      const { ino, size, mtimeMs } = file.stats;
      if (ino !== known.ino || mtimeMs !== known.mtimeMs || size !== sizeOf(header)) {
        const isSame = JSON.stringify(headerIn(file, path)) === JSON.stringify(header); // another program wrote it anew
        if (!isSame) throw new DataError(path, "file", "the one that was opened", "another one");
        known = file.stats;
      }
      for (const { begin, into } of ranges) {
        if (!readInto(file, begin, into, width)) throw new DataError(path, "size", `${sizeOf(header)} bytes`, "fewer");
        const wrong = into.findIndex((id) => id < 0 || id >= vocabularySize);
        if (wrong < 0) continue;
        throw new DataError(path, `ids[${begin + wrong}]`, `from 0 to ${vocabularySize - 1}`, `${into[wrong]}`);
      }
    });
}

/** @returns false where the file ended before, because another program cuts it while it is read */
function readInto(file: OpenFile, begin: number, into: Int32Array, width: 1 | 2 | 4): boolean {
  const bytes = new Uint8Array(into.length * width);
  if (file.read(bytes, HEADER_BYTES + begin * width) < bytes.length) return false;
  const Kind = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Int32Array;
  into.set(new Kind(bytes.buffer));
  return true;
}

/** Whether a token file was made of a text as it is now. The text is only read where its time of change differs. */
export async function isOfText(
  { text }: TokenFileHeader,
  found: Pick<TextIdentity, "bytes" | "modified">,
  identity: () => Promise<TextIdentity>,
): Promise<boolean> {
  if (text.bytes !== found.bytes) return false;
  return text.modified === found.modified || text.sha256 === (await identity()).sha256;
}
