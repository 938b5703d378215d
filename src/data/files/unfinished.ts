import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { DataError } from "../errors";
import { errorCode } from "./data-file";

/**
 * A unique name for what is being written or removed; it says which process on which machine does that. Its length does
 * not depend on the final name, which may be as long as the file system permits.
 */
export const unfinishedName = (): string =>
  `.unfinished-${machine()}-${process.pid}-s${startOf(process.pid)}-${randomUUID()}`;

const UNFINISHED = /^\.unfinished-(?<where>[0-9a-f]{8})-(?<pid>\d{1,10})-(?:s(?<start>\d*)-)?[0-9a-f-]{36}/;

/**
 * Lists what dead processes left unfinished in a folder. Of a process of this machine one can see whether it is alive:
 * its number, and where the system tells it (Linux) the time of its start, because numbers are given again. A process
 * elsewhere (on another machine, or in a container with its own process numbers) cannot be seen: it counts as dead when
 * its file or folder did not change for an hour.
 *
 * @param ending the end of the names. Default: any
 * @throws DataError when the folder cannot be read
 */
export async function listAbandoned(folder: string, ending = ""): Promise<readonly string[]> {
  const abandoned: string[] = [];
  for (const name of await namesIn(folder)) {
    const { where, pid, start = "" } = UNFINISHED.exec(name)?.groups ?? {};
    if (where === undefined || !name.endsWith(ending)) continue;
    const path = join(folder, name);
    const fate = where === machine() ? fateOf(Number(pid), start) : "unseen";
    if (fate === "dead" || (fate === "unseen" && (await isOld(path)))) abandoned.push(path);
  }
  return abandoned;
}

/** The names in a folder; none when there is no such folder. @throws DataError when it cannot be read */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return [];
    throw new DataError(folder, "access", "a folder that can be read", code);
  }
}

const HOUR = 3_600_000;

/** Whether a file or folder did not change for an hour. */
export async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // removed in the meantime
  return found !== undefined && Date.now() - found.mtimeMs > HOUR;
}

/** "unseen": a process with this number is alive, and it cannot be told whether it is the same one. */
function fateOf(pid: number, start: string): "alive" | "dead" | "unseen" {
  if (!isAlive(pid)) return "dead";
  const now = startOf(pid);
  if (start === "" || now === "") return "unseen";
  return now === start ? "alive" : "dead";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM"; // the process is alive and belongs to another user
  }
}

/** When a process started, in ticks since the machine's start; empty where the system does not tell. */
const startOf = (pid: number): string =>
  attempt(() => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? ""; // field 22; the name, field 2, may have blanks
  });

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
