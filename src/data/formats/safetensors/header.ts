import { checkBytes, DataError } from "../../errors";
import { jsonProblem } from "../json-keys";
import { bytesOf, isReadable } from "./dtypes";

/**
 * One array of a file. Its values are the bytes from `begin` up to, not including, `end`, counted from the end of the
 * header.
 */
export interface Entry {
  /** The array's name in errors. */
  readonly field: string;
  /** A SafetensorsDtype, or another one: the array of such an entry has a shape, and no values that could be read. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Everything after the header. */
  readonly data: Uint8Array;
}

/** The key, among the names of arrays, under which the format stores metadata. */
export const METADATA = "__metadata__";

/**
 * The format allows 100 MB. This limit is enough for some hundred thousand arrays. It keeps a hostile header from
 * filling the memory, because the parsed objects are several times larger than the text.
 */
export const MAX_HEADER = 16 * 2 ** 20;

/**
 * Reads the file up to the values: 8 bytes with the header's length, little-endian, then the header, JSON.
 *
 * @throws DataError when the header breaks the format: the values must follow one another without gaps or overlap and
 *   fill the rest of the file
 */
export function readHeader(bytes: Uint8Array, file: string): Header {
  checkBytes(file, bytes);
  const length = readHeaderLength(bytes.subarray(0, 8), bytes.length, file);
  const data = bytes.subarray(8 + length);
  return { ...parseHeader(bytes.subarray(8, 8 + length), data.length, file), data };
}

const WRONG_FILE_HINT = " (else it is not a safetensors file, or not the whole of one)";

/**
 * The header's length, from a file's first 8 bytes. @throws DataError when the file, of `size` bytes, cannot hold it
 */
export function readHeaderLength(bytes: Uint8Array, size: number, file: string): number {
  if (bytes.length < 8) throw new DataError(file, "size", `at least 8 bytes${WRONG_FILE_HINT}`, `${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const most = Math.min(MAX_HEADER, size - 8);
  if (length > most) throw new DataError(file, "header length", `at most ${most} bytes${WRONG_FILE_HINT}`, `${length}`);
  return length;
}

/** Reads the header of a file with `size` bytes after it. @throws DataError as `readHeader` */
export function parseHeader(bytes: Uint8Array, size: number, file: string): Omit<Header, "data"> {
  const entries = new Map<string, Entry>();
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(parse(bytes, file))) {
    if (name === METADATA) metadata = readMetadata(value, file);
    else entries.set(name, readEntry(`tensor ${short(name)}`, value, size, file));
  }
  checkOffsets([...entries.values()], size, file);
  return { entries, metadata };
}

function parse(bytes: Uint8Array, file: string): Record<string, unknown> {
  let header: unknown;
  let problem: string | undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    problem = jsonProblem(text);
    if (problem === undefined) header = JSON.parse(text);
  } catch (error) {
    throw new DataError(file, "header", `JSON in UTF-8${WRONG_FILE_HINT}`, short((error as Error).message));
  }
  if (problem !== undefined) throw new DataError(file, "header", "each name once, a few levels deep", problem);
  if (!isRecord(header)) throw new DataError(file, "header", "a JSON object", short(header));
  return header;
}

function readMetadata(value: unknown, file: string): ReadonlyMap<string, string> {
  const pairs = isRecord(value) ? Object.entries(value) : undefined;
  if (pairs === undefined || !pairs.every((pair): pair is [string, string] => typeof pair[1] === "string")) {
    throw new DataError(file, METADATA, "an object of strings", short(value));
  }
  return new Map(pairs);
}

function readEntry(field: string, value: unknown, size: number, file: string): Entry {
  if (!isRecord(value)) throw new DataError(file, field, "an object with dtype, shape and data_offsets", short(value));
  const ownValue = (key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);
  const [dtype, shape, offsets] = [ownValue("dtype"), ownValue("shape"), ownValue("data_offsets")];
  if (!isDtype(dtype)) throw new DataError(file, `${field} dtype`, "a name such as F32", short(dtype));
  if (!isSizes(shape)) throw new DataError(file, `${field} shape`, "a list of whole numbers from 0 up", short(shape));
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? (offsets as [number, number]) : [1, 0];
  if (begin > end || end > size) {
    const expected = `[begin, end] in the file's ${size} bytes of data`;
    throw new DataError(file, `${field} data_offsets`, expected, short(offsets));
  }
  if (!isReadable(dtype)) return { field, dtype, shape, begin, end };
  const needed = shape.reduce((product, length) => product * length, bytesOf(dtype));
  if (end - begin !== needed) {
    const expected = `${needed} bytes for ${dtype} of shape ${short(shape)}`;
    throw new DataError(file, `${field} data_offsets`, expected, `${end - begin}`);
  }
  return { field, dtype, shape, begin, end };
}

function checkOffsets(entries: readonly Entry[], size: number, file: string): void {
  let reached = 0;
  for (const { field, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const expected = `a begin of ${reached}, where the values before end`;
    if (begin !== reached) throw new DataError(file, `${field} data_offsets`, expected, `${begin}`);
    reached = end;
  }
  if (reached !== size) throw new DataError(file, "data", `${reached} bytes after the header`, `${size}`);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What newer versions of the format add may be here too: F4, C64. */
const isDtype = (value: unknown): value is string => typeof value === "string" && /^[A-Z][A-Z0-9_]{0,31}$/.test(value);

export const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

/** Describes a value from the file in a few words, for error messages. */
export function short(value: unknown): string {
  if (Array.isArray(value) && value.length <= 8) return `[${value.map(short).join(", ")}]`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isRecord(value)) return `an object with {${Object.keys(value).slice(0, 4).map(short).join(", ")}}`;
  const text = typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : String(value);
  return value === undefined ? "nothing" : text;
}

/** The first few names, for messages. */
export function few(names: readonly string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return `${names.slice(0, 4).map(short).join(", ") || "none"}${more}`;
}
