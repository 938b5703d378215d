import { checkWhole, DataError } from "../../errors";
import { isRecord } from "../../formats/safetensors/header";
import type { Tokenizer } from "../tokenizer";
import { short } from "../vocabulary/file";

/** The text that a token file was made of. */
export interface TextIdentity {
  readonly bytes: number;
  /** When the text was changed last, in milliseconds since 1970. */
  readonly modified: number;
  readonly sha256: string;
}

/** What a token file says about its ids. */
export interface TokenFileHeader {
  /** The digest of the tokenizer. */
  readonly digest: string;
  readonly vocabularySize: number;
  /** Bytes of an id: 1, 2 or 4, unsigned, the lowest first. */
  readonly width: 1 | 2 | 4;
  readonly length: number;
  /** How many ids stand for tokens that are not in the vocabulary. */
  readonly unknown: number;
  readonly text: TextIdentity;
}

const FORMAT = "unroll tokens";
const VERSION = 1;
/** The header fills so many bytes: JSON, then blanks. The ids begin after it. */
export const HEADER_BYTES = 1024;

/** The smallest width that holds all ids of a tokenizer. */
export const widthFor = ({ vocabularySize }: Tokenizer): 1 | 2 | 4 =>
  vocabularySize <= 1 << 8 ? 1 : vocabularySize <= 1 << 16 ? 2 : 4;

/** The size of a file with a header. */
export const sizeOf = ({ width, length }: Pick<TokenFileHeader, "width" | "length">): number =>
  HEADER_BYTES + width * length;

export function headerBytes(header: TokenFileHeader): Uint8Array {
  const text = JSON.stringify({ format: FORMAT, version: VERSION, ...header });
  return new TextEncoder().encode(`${text.padEnd(HEADER_BYTES - 1)}\n`);
}

/** @param size of the file. @throws DataError for a file that is no token file, or not the whole of one */
export function readHeader(bytes: Uint8Array, size: number, path: string): TokenFileHeader {
  const content = parse(bytes);
  if (content?.format !== FORMAT) {
    throw new DataError(
      path,
      "format",
      `a token file: ${JSON.stringify(FORMAT)}`,
      short(content?.format ?? "another file"),
    );
  }
  const { version, digest, vocabularySize, width, length, unknown, text } = content;
  if (version !== VERSION) throw new DataError(path, "version", `${VERSION}`, short(version));
  checkSha256(path, "digest", digest);
  checkWhole(path, "vocabularySize", vocabularySize as number, 1, 2 ** 31);
  if (width !== 1 && width !== 2 && width !== 4) throw new DataError(path, "width", "1, 2 or 4", short(width));
  checkWhole(path, "length", length as number, 0);
  checkWhole(path, "unknown", unknown as number, 0, length as number);
  const expected = sizeOf({ width, length: length as number });
  if (size !== expected) throw new DataError(path, "size", `${expected} bytes`, `${size}`);
  return {
    ...{ digest, vocabularySize: vocabularySize as number, width, length: length as number },
    ...{ unknown: unknown as number, text: readText(path, text) },
  };
}

function readText(path: string, text: unknown): TextIdentity {
  const { bytes, modified, sha256 } = isRecord(text) ? text : {};
  checkWhole(path, "text.bytes", bytes as number, 0);
  if (!Number.isFinite(modified)) throw new DataError(path, "text.modified", "a number", short(modified));
  checkSha256(path, "text.sha256", sha256);
  return { bytes: bytes as number, modified: modified as number, sha256 };
}

function checkSha256(path: string, field: string, value: unknown): asserts value is string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return;
  throw new DataError(path, field, "64 hexadecimal digits", short(value));
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
