import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";

/** The two files of a checkpoint. */
export const TENSORS = "tensors.safetensors";
export const MANIFEST = "checkpoint.json";

/** A checkpoint's folder by its name; whether it is whole is not known. */
export interface Listed {
  readonly number: number;
  readonly path: string;
}

/** "checkpoint-000000012": so many digits that names sort as numbers do, for the first thousand million. */
export const nameOf = (number: number): string => `checkpoint-${String(number).padStart(9, "0")}`;

/** The number in a checkpoint's name, or undefined for any other name. */
export function numberIn(path: string): number | undefined {
  const name = basename(path);
  const number = Number(/^checkpoint-(\d{9,16})$/.exec(name)?.[1]);
  return Number.isSafeInteger(number) && nameOf(number) === name ? number : undefined;
}

/** The checkpoints in a folder, the newest first; none when there is no such folder. @throws DataError */
export async function listCheckpoints(folder: string): Promise<readonly Listed[]> {
  const listed = (await namesIn(folder)).map((name) => ({ number: numberIn(name) ?? -1, path: join(folder, name) }));
  return listed.filter(({ number }) => number >= 0).sort((a, b) => b.number - a.number);
}

/** A name of its own for what is being written or removed; it tells whose it is. */
export const scrapName = (): string => `.unfinished-${machine()}-${process.pid}-${randomUUID()}`;

/**
 * What killed processes left unfinished: those of this machine that are dead. Who runs elsewhere (another machine, or a
 * container with process numbers of its own) cannot be seen, and is taken for dead after an hour without a new file.
 *
 * @throws DataError
 */
export async function listScraps(folder: string): Promise<readonly string[]> {
  const scraps: string[] = [];
  for (const name of await namesIn(folder)) {
    const { where, pid } = /^\.unfinished-(?<where>[0-9a-f]{8})-(?<pid>\d{1,10})-/.exec(name)?.groups ?? {};
    if (where === undefined) continue;
    const path = join(folder, name);
    const dead = where === machine() && !isAlive(Number(pid));
    if (dead || (await isOld(path))) scraps.push(path);
  }
  return scraps;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return [];
    throw new DataError(folder, "access", "a folder that can be read", code);
  }
}

const HOUR = 3_600_000;

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // gone in the meantime
  return found !== undefined && Date.now() - found.mtimeMs > HOUR;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM"; // alive, and another user's
  }
}

let here: string | undefined;

/** What process numbers hold for: this machine since it started, and this container's own count. */
function machine(): string {
  const facts = [
    () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"),
    () => readlinkSync("/proc/self/ns/pid"),
  ];
  here ??= createHash("sha256")
    .update([hostname(), ...facts.map(attempt)].join("\n"))
    .digest("hex")
    .slice(0, 8);
  return here;
}

/** What only Linux tells. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
