import type { Stats } from "node:fs";
import { type FileHandle, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeFolders } from "./make-folders";
import { listAbandoned, unfinishedName } from "./unfinished";

/** A file that was written under a temporary name, in the folder of its final path. */
export interface Unfinished {
  /** Renames the file to its final path. */
  finish(): Promise<void>;
  /** Removes the temporary file. */
  drop(): Promise<void>;
}

/** The bytes of a file, or its parts one after the other: a large file then needs little memory. */
export type Bytes = Uint8Array | Iterable<Uint8Array>;

/**
 * Writes a file such that it is there whole or not at all, even if the process is killed: it is written under a
 * temporary name, synced to the disk, then renamed. Folders are made. Programs that write the same file at once do not
 * disturb each other. An older file's mode stays, and a symbolic link too: the file that it names is replaced.
 *
 * @throws the system's error, with nothing left behind
 */
export async function replaceFile(path: string, bytes: Bytes): Promise<void> {
  const file = await writeUnfinished(path, bytes);
  try {
    await file.finish();
  } catch (error) {
    await file.drop();
    throw error;
  }
}

/** The first half of `replaceFile`: all but the rename. @throws the system's error, with nothing left behind */
export const writeUnfinished = (path: string, bytes: Bytes): Promise<Unfinished> =>
  fillUnfinished(path, async (handle) => {
    for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) await handle.writeFile(part);
  });

const ENDING = ".part";

/**
 * As `writeUnfinished`, for a writer that needs the file's handle. What killed writers left in the folder is removed
 * first.
 */
export async function fillUnfinished(path: string, fill: (file: FileHandle) => Promise<void>): Promise<Unfinished> {
  const target = await linkedFrom(path);
  const older = await olderAt(target);
  const folder = dirname(target);
  const unfinished = join(folder, `${unfinishedName()}${ENDING}`);
  const file: Unfinished = { finish: () => rename(unfinished, target), drop: () => removeQuietly(unfinished) };
  await makeFolders(folder);
  for (const abandoned of await listAbandoned(folder, ENDING).catch(() => [])) await removeQuietly(abandoned);
  try {
    const handle = await open(unfinished, "wx");
    try {
      if (older !== undefined) await keepMode(handle, older);
      await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return file;
  } catch (error) {
    await file.drop();
    throw error;
  }
}

/** Gives the file the owner and mode of the older one, as far as the system permits: some disks have neither. */
async function keepMode(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  await file.chown(uid, gid).catch(() => undefined);
  await file.chmod(mode & 0o7777).catch(() => undefined);
}

const removeQuietly = (path: string) => rm(path, { force: true }).catch(() => undefined);

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** The path itself, or where its symbolic links lead, which may be a file that is not there yet. */
async function linkedFrom(path: string): Promise<string> {
  let target = path;
  for (let i = 0; i <= MOST_LINKS; i++) {
    const link = await readlink(target).catch(() => undefined); // no link, or nothing there
    if (link === undefined) return target;
    target = resolve(await realpath(dirname(target)), link);
  }
  throw systemError("ELOOP", path);
}

/** What is at the path. @throws an error for what is no file, such as a folder or a device: a file must not replace it */
async function olderAt(path: string): Promise<Stats | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return found;
  throw systemError(found.isDirectory() ? "EISDIR" : "no file", path);
}

const systemError = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });
