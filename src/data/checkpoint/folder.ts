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

/** A checkpoint's folder, found by its name; the checkpoint may be damaged. */
export interface ListedCheckpoint {
  readonly number: number;
  readonly path: string;
}

/**
 * The name of a checkpoint's folder: "checkpoint-000000012". Nine digits make names sort like numbers below a thousand
 * million.
 */
export const nameOf = (number: number): string => `checkpoint-${String(number).padStart(9, "0")}`;

/** The number in a checkpoint's name, or undefined for any other name. */
export function numberIn(path: string): number | undefined {
  const name = basename(path);
  const number = Number(/^checkpoint-(\d{9,16})$/.exec(name)?.[1]);
  return Number.isSafeInteger(number) && nameOf(number) === name ? number : undefined;
}

/**
 * The checkpoints in a folder, the newest first; an empty list when there is no such folder.
 *
 * @example
 *   for (const { number, path } of await listCheckpoints("runs/first")) console.log(number, path);
 *
 * @throws DataError when the folder cannot be read
 */
export async function listCheckpoints(folder: string): Promise<readonly ListedCheckpoint[]> {
  const listed = (await namesIn(folder)).map((name) => ({ number: numberIn(name) ?? -1, path: join(folder, name) }));
  return listed.filter(({ number }) => number >= 0).sort((a, b) => b.number - a.number);
}

/**
 * A unique name for a checkpoint that is being written or removed; it says which process on which machine does that.
 */
export const unfinishedName = (): string => `.unfinished-${machine()}-${process.pid}-${randomUUID()}`;

/**
 * Lists the unfinished folders of dead processes. Whether a process of this machine is alive can be tested. A process
 * elsewhere (on another machine, or in a container with its own process numbers) cannot be seen: it counts as dead
 * when its folder got no new file for an hour.
 *
 * @throws DataError
 */
export async function listAbandoned(folder: string): Promise<readonly string[]> {
  const abandoned: string[] = [];
  for (const name of await namesIn(folder)) {
    const { where, pid } = /^\.unfinished-(?<where>[0-9a-f]{8})-(?<pid>\d{1,10})-/.exec(name)?.groups ?? {};
    if (where === undefined) continue;
    const path = join(folder, name);
    const dead = where === machine() && !isAlive(Number(pid));
    if (dead || (await isOld(path))) abandoned.push(path);
  }
  return abandoned;
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
  const found = await stat(path).catch(() => undefined); // removed in the meantime
  return found !== undefined && Date.now() - found.mtimeMs > HOUR;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM"; // the process is alive and belongs to another user
  }
}

let here: string | undefined;

/**
 * Identifies the machine since its last start, and the container, because process numbers are valid only within them.
 */
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

/** Reads a fact that only Linux provides. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
