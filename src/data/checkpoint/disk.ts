import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../errors";
import { errorCode, readError } from "../files/data-file";
import { makeFolders } from "../files/make-folders";
import { openPlainFile } from "../files/open-plain-file";
import { writeError } from "../files/write-error";

/** The number of bytes that are read, written and hashed at a time. */
const CHUNK_SIZE = 2 ** 20;

/** Cuts bytes into chunks that share their memory. */
export function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_SIZE) yield bytes.subarray(at, at + CHUNK_SIZE);
}

/** Opens a file for reading, and does not follow a link. @throws DataError as `openPlainFile` */
export function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  const { O_NOFOLLOW = 0 } = constants; // Windows lacks it
  return openPlainFile(path, O_NOFOLLOW);
}

/** Fills `bytes` with the next bytes of the file. @throws DataError when the file ends before, or cannot be read */
export async function readInto(handle: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, null).catch((error) => {
      throw readError(path, error);
    });
    if (bytesRead === 0) throw new DataError(path, "size", `${bytes.length - at} more bytes`, "the end");
    at += bytesRead;
  }
}

/** Writes a new file and waits until the disk has it. @throws the system's error */
export async function writeDurably(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(path, "wx");
  try {
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Waits until the disk has a folder's entries: files that were made in it, renamed and removed. @throws the system's
 * error
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return; // Windows has no such call; NTFS journals its folders
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and its parents, such that they exist after a power cut too. @throws the system's error */
export async function makeFolder(path: string): Promise<void> {
  const first = await makeFolders(path);
  if (first === undefined) return;
  const above = dirname(first);
  for (let folder = dirname(path); folder !== above; folder = dirname(folder)) await syncFolder(folder);
  await syncFolder(above);
}

/** Turns the error of a failed write of a checkpoint into a DataError. */
export const checkpointError = (path: string, error: unknown): DataError =>
  error instanceof DataError
    ? error
    : writeError(path, errorCode(error), { room: "the checkpoint", place: "a folder that can be written" });

/** Whether a read failed for a reason that says nothing about the file's content, and may pass. */
export const isTransient = (error: DataError): boolean =>
  ["EACCES", "EPERM", "EMFILE", "ENFILE", "ENOMEM"].includes(error.actual);
