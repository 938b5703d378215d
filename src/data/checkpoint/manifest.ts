import { createHash } from "node:crypto";
import { checkWhole, DataError } from "../errors";
import { jsonProblem } from "../formats/json-keys";
import { jsonText } from "../formats/json-text";
import { isRecord, isSizes, short } from "../formats/safetensors/header";
import { checkJson, DEEPEST, type Json, type JsonRecord } from "./json-value";

/** The value by which checkpoints are compared: "min" for a loss, "max" for an accuracy. */
export interface Best {
  readonly value: number;
  readonly mode: "min" | "max";
}

/** One array of a checkpoint, as its safetensors file must have it. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/**
 * The place of a checkpoint's history: the first `bytes` bytes of a file beside the checkpoints, to which later checkpoints
 * add.
 */
export interface HistoryMark {
  /** Eight hexadecimal digits of the file's name, `history-….jsonl`. */
  readonly file: string;
  readonly records: number;
  readonly bytes: number;
  /** Of these bytes. */
  readonly sha256: string;
}

/**
 * The content of a checkpoint's JSON. It names no file by a path, because the files have fixed names in the checkpoint's folder,
 * and a history's name has only digits that are free.
 */
export interface Manifest {
  readonly number: number;
  /** null when no value was given, or the value was not finite (a loss that became NaN). */
  readonly best: Best | null;
  /** The size of the safetensors file. */
  readonly bytes: number;
  readonly tensorsSha256: string;
  readonly tensors: readonly TensorEntry[];
  /** undefined for a checkpoint without a history. */
  readonly history?: HistoryMark | undefined;
  readonly state: JsonRecord;
}

/** Large enough for the states of many callbacks, and too small to fill the memory. */
export const MAX_MANIFEST = 16 * 2 ** 20;

const FORMAT = "unroll checkpoint";
/** Versions: all checkpoints were of the first one before there were files for a history. */
const WITHOUT_HISTORY = 1;
const WITH_HISTORY = 2;
const KEYS = ["format", "version", "number", "best", "bytes", "tensorsSha256", "tensors"];
const CHECKSUM_FIELD = /,\n {2}"sha256": "(?<sha256>[0-9a-f]{64})"\n\}\n$/;

/**
 * Writes the JSON text. Its last field is the SHA-256 of all text before it, so that a change of any byte is found.
 *
 * @throws DataError when the text is longer than `parseManifest` accepts
 */
export function manifestText(manifest: Manifest, file: string): string {
  const { number, best, bytes, tensorsSha256, tensors, history, state } = manifest;
  const version = history === undefined ? WITHOUT_HISTORY : WITH_HISTORY;
  const fields = { format: FORMAT, version, number, best, bytes, tensorsSha256, tensors, history, state };
  const body = jsonText(fields, 2).slice(0, -2); // without "\n}"
  const text = `${body},\n  "sha256": "${sha256(body)}"\n}\n`;
  const length = Buffer.byteLength(text);
  if (length > MAX_MANIFEST) throw new DataError(file, "state", `at most ${MAX_MANIFEST} bytes as JSON`, `${length}`);
  return text;
}

/**
 * Reads the JSON text. @throws DataError naming the field when a byte differs from the text that `manifestText` made
 */
export function parseManifest(bytes: Uint8Array, file: string): Manifest {
  const text = decode(bytes, file);
  const checksum = CHECKSUM_FIELD.exec(text);
  if (checksum === null) throw new DataError(file, "end", "a last field sha256", short(text.slice(-80)));
  const expected = sha256(text.slice(0, checksum.index));
  const actual = checksum.groups?.sha256 as string;
  if (actual !== expected) throw new DataError(file, "sha256", expected, actual);
  return readFields(parse(text, file), file);
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DataError(file, "text", "UTF-8", "other bytes");
  }
}

/**
 * Parses the text. The checksum is not a signature: whoever can write the file can write its checksum. Therefore the
 * content is checked like any untrusted input.
 */
function parse(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  let problem: string | undefined;
  try {
    problem = jsonProblem(text, DEEPEST + 2);
    if (problem === undefined) value = JSON.parse(text);
  } catch (error) {
    throw new DataError(file, "text", "JSON", short((error as Error).message));
  }
  if (problem !== undefined) throw new DataError(file, "text", `each key once, at most ${DEEPEST} levels`, problem);
  if (!isRecord(value)) throw new DataError(file, "text", "a JSON object", short(value));
  return value;
}

function readFields({ sha256: _, ...fields }: Record<string, unknown>, file: string): Manifest {
  const found = Object.keys(fields).join(", ");
  const { format, version, number, best, bytes, tensorsSha256, tensors, history, state } = fields;
  const hasHistory = "history" in fields;
  const keys = [...KEYS, ...(hasHistory ? ["history"] : []), "state"].join(", ");
  if (found !== keys) throw new DataError(file, "fields", keys, short(found));
  if (format !== FORMAT) throw new DataError(file, "format", FORMAT, short(format));
  const expected = hasHistory ? WITH_HISTORY : WITHOUT_HISTORY;
  if (version !== expected) throw new DataError(file, "version", `${expected}`, short(version));
  checkWhole(file, "number", number as number, 0);
  checkWhole(file, "bytes", bytes as number, 8);
  if (typeof tensorsSha256 !== "string" || !/^[0-9a-f]{64}$/.test(tensorsSha256))
    throw new DataError(file, "tensorsSha256", "64 hexadecimal digits", short(tensorsSha256));
  if (best !== null && !isBest(best)) throw new DataError(file, "best", "null or { value, mode }", short(best));
  if (hasHistory && !isHistoryMark(history))
    throw new DataError(file, "history", "{ file, records, bytes, sha256 }", short(history));
  checkState(file, state);
  return {
    number: number as number,
    best,
    bytes: bytes as number,
    tensorsSha256,
    tensors: readTensors(tensors, file),
    ...(hasHistory && { history: history as HistoryMark }),
    state,
  };
}

/** @throws DataError naming the value in the state that JSON cannot store */
export function checkState(file: string, state: unknown): asserts state is JsonRecord {
  if (!isRecord(state)) throw new DataError(file, "state", "a record", short(state));
  checkJson(file, "state", state as Json);
}

function readTensors(value: unknown, file: string): readonly TensorEntry[] {
  if (!Array.isArray(value) || !value.every(isTensorEntry))
    throw new DataError(file, "tensors", "a list of { name, dtype, shape }", short(value));
  const names = new Set<string>();
  for (const { name } of value) {
    if (names.has(name)) throw new DataError(file, "tensors", "each name once", short(name));
    names.add(name);
  }
  return value;
}

const hasKeys = (value: Record<string, unknown>, keys: string) => Object.keys(value).join() === keys;

const isTensorEntry = (value: unknown): value is TensorEntry =>
  isRecord(value) &&
  hasKeys(value, "name,dtype,shape") &&
  typeof value.name === "string" &&
  typeof value.dtype === "string" &&
  isSizes(value.shape);

const isBest = (value: unknown): value is Best =>
  isRecord(value) &&
  hasKeys(value, "value,mode") &&
  Number.isFinite(value.value) &&
  (value.mode === "min" || value.mode === "max");

const isHistoryMark = (value: unknown): value is HistoryMark =>
  isRecord(value) &&
  hasKeys(value, "file,records,bytes,sha256") &&
  /^[0-9a-f]{8}$/.test(String(value.file)) &&
  [value.records, value.bytes].every((count) => Number.isSafeInteger(count) && (count as number) > 0) &&
  /^[0-9a-f]{64}$/.test(String(value.sha256));

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
