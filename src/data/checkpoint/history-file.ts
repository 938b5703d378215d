import { createHash, type Hash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { jsonText } from "../formats/json-text";
import { isRecord, short } from "../formats/safetensors/header";
import { chunksOf, openFile, readInto, syncFolder, writeDurably } from "./disk";
import { historyName } from "./folder";
import { checkJson, type Json, type JsonRecord } from "./json-value";
import type { HistoryMark } from "./manifest";
import type { Checkpoint } from "./read";

/** A file of records as this process wrote or read it last. */
interface Known extends Omit<HistoryMark, "sha256"> {
  /** Over all its bytes. */
  readonly hash: Hash;
  /** The last record in it, as JSON. A history that has this record at the same position begins with the file's records. */
  readonly last: string;
}

/** For each folder of checkpoints. */
const known = new Map<string, Known>();

/**
 * Writes the records that the folder's file of records does not have yet, and waits until the disk has them. So what is
 * written does not grow with the history. A file is only ever added to: where it has more than this process knows (a process
 * was killed before its checkpoint was there), a new file with all records takes its place, and the checkpoints of before keep theirs.
 *
 * @returns what the checkpoint has to say of the file; undefined for a history without records
 * @throws DataError for a record that JSON cannot store, or the system's error
 */
export async function addToHistory(root: string, history: readonly JsonRecord[]): Promise<HistoryMark | undefined> {
  if (history.length === 0) return undefined;
  const before = known.get(root);
  const isContinued = before !== undefined && lineOf(history, before.records) === before.last;
  const now = (isContinued ? await extend(root, before, history) : undefined) ?? (await begin(root, history));
  known.set(root, now);
  return { file: now.file, records: now.records, bytes: now.bytes, sha256: now.hash.copy().digest("hex") };
}

async function begin(root: string, history: readonly JsonRecord[]): Promise<Known> {
  const file = randomBytes(4).toString("hex");
  const path = join(root, historyName(file));
  const sums = { hash: createHash("sha256"), bytes: 0 };
  try {
    await writeDurably(path, encoded(path, history, 0, sums));
    await syncFolder(root);
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
  return { file, records: history.length, ...sums, last: lineOf(history, history.length) };
}

/** @returns undefined when the file is gone, or is not what this process knows */
async function extend(root: string, before: Known, history: readonly JsonRecord[]): Promise<Known | undefined> {
  const path = join(root, historyName(before.file));
  const handle = await openToAppend(path);
  if (handle === undefined) return undefined;
  try {
    if ((await handle.stat()).size !== before.bytes) return undefined;
    const sums = { hash: before.hash.copy(), bytes: before.bytes };
    try {
      for (const part of encoded(path, history, before.records, sums)) await handle.writeFile(part);
      await handle.sync();
    } catch (error) {
      await handle.truncate(before.bytes).catch(() => undefined); // the room that a full disk had left
      throw error;
    }
    if ((await handle.stat()).size !== sums.bytes) return undefined; // another process wrote at the same time
    return { file: before.file, records: history.length, ...sums, last: lineOf(history, history.length) };
  } finally {
    await handle.close();
  }
}

function openToAppend(path: string): Promise<FileHandle | undefined> {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW = 0 } = constants; // Windows lacks the last one
  return open(path, O_WRONLY | O_APPEND | O_NOFOLLOW).catch((error) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
}

/** The record with this number, counted from 1, as JSON; empty where there is none. */
const lineOf = (history: readonly JsonRecord[], number: number): string =>
  number > history.length ? "" : jsonText(history[number - 1]);

const LINES = 4096; // lines that are encoded and written at a time

/** The lines of the records from number `from` on. It adds their bytes to the sums. */
function* encoded(path: string, history: readonly JsonRecord[], from: number, sums: { hash: Hash; bytes: number }) {
  for (let at = from; at < history.length; at += LINES) {
    const records = history.slice(at, at + LINES);
    records.forEach((record, i) => {
      checkJson(path, `history[${at + i}]`, record);
    });
    const bytes = new TextEncoder().encode(records.map((record) => `${jsonText(record)}\n`).join(""));
    sums.hash.update(bytes);
    sums.bytes += bytes.length;
    yield bytes;
  }
}

/**
 * Reads the history of a checkpoint: the records that were given to `writeCheckpoint` with it. They stand in a file
 * `history-….jsonl` beside the checkpoints, one record a line, which all checkpoints of a training share.
 *
 * @example
 *   const checkpoint = await latestCheckpoint("runs/first");
 *   const epochs = checkpoint && (await readHistory(checkpoint));
 *   console.log(epochs?.length);
 *
 * @returns no records for a checkpoint that was written without a history; undefined where the file is missing, because the
 *   checkpoint was copied without it
 * @throws DataError when the file is damaged or cannot be read
 */
export async function readHistory({ path, history }: Checkpoint): Promise<readonly JsonRecord[] | undefined> {
  if (history === undefined) return [];
  const root = dirname(path);
  const file = join(root, historyName(history.file));
  const opened = await openFile(file).catch((error: DataError) => {
    if (error.actual === "ENOENT") return undefined;
    throw error;
  });
  if (opened === undefined) return undefined;
  const { handle, size } = opened;
  try {
    if (size < history.bytes) throw new DataError(file, "size", `at least ${history.bytes} bytes`, `${size}`);
    const bytes = Buffer.alloc(history.bytes);
    for (const chunk of chunksOf(bytes)) await readInto(handle, chunk, file);
    const hash = createHash("sha256").update(bytes);
    const actual = hash.copy().digest("hex");
    if (actual !== history.sha256) throw new DataError(file, "SHA-256", history.sha256, actual);
    const records = recordsOf(bytes, file);
    if (records.length !== history.records)
      throw new DataError(file, "records", `${history.records}`, `${records.length}`);
    if (!known.has(root)) known.set(root, { ...history, hash, last: lineOf(records, records.length) });
    return records;
  } finally {
    await handle.close();
  }
}

function recordsOf(bytes: Buffer, file: string): JsonRecord[] {
  const records: JsonRecord[] = [];
  for (let begin = 0; begin < bytes.length; ) {
    const found = bytes.indexOf("\n", begin);
    const end = found < 0 ? bytes.length : found;
    records.push(recordOf(bytes.toString("utf8", begin, end), file, records.length + 1));
    begin = end + 1;
  }
  return records;
}

/** The checksum is not a signature, so that a line is checked like any untrusted input. @throws DataError */
function recordOf(text: string, file: string, line: number): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(file, `line ${line}`, "JSON", short((error as Error).message));
  }
  if (!isRecord(value)) throw new DataError(file, `line ${line}`, "a record", short(value));
  checkJson(file, `line ${line}`, value as Json);
  return value as JsonRecord;
}
