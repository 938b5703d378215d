/**
 * One setup at a time in one project.
 *
 * The lock names its holder and the command that the holder is running, and the holder touches the file every two
 * seconds. A killed setup's npm or pip may live on for a moment: the next run waits for that command too, because both
 * would write the same files. When the command has ended, the lock is stale as soon as its holder is dead on this
 * machine. On any machine it is stale when nobody has touched it for 20 seconds: the holder may be in another container,
 * and a dead holder's process number may have gone to another program.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { writeWhole } from "./files.mjs";
import { codeOf, Problem } from "./problem.mjs";
import { isAlive } from "./processes.mjs";

const HEARTBEAT = 2_000; // milliseconds
const SILENT = 20_000; // milliseconds

/**
 * @typedef {object} Lock
 * @property {(pid: number | null) => void} note writes the command that the holder is running into the lock
 * @property {() => void} release
 */

/**
 * What the lock's file holds.
 *
 * @typedef {object} Holder
 * @property {number} [pid]
 * @property {number | null} [command]
 * @property {string} [host]
 */

/**
 * Waits until no other setup holds the lock, and takes it.
 *
 * @param {string} path
 * @param {object} [options]
 * @param {(line: string) => void} [options.say]
 * @param {number} [options.patience] milliseconds. Default: half an hour
 * @param {number} [options.pause] milliseconds between two looks
 * @returns {Promise<Lock>}
 * @throws Problem when another setup holds the lock for longer than `patience`
 */
export async function takeLock(path, { say, patience = 1_800_000, pause = 250 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const started = Date.now();
  for (let told = false; !tryTake(path); ) {
    const holder = read(path);
    if (isStale(path, holder)) {
      breakLock(path, holder);
      continue;
    }
    if (Date.now() - started > patience)
      throw new Problem(
        `another setup (${describe(holder)}) holds ${path} for too long`,
        "end it, or delete that file",
      );
    if (!told) say?.(`another setup is at work here (${describe(holder)}); waiting for it`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  const beat = setInterval(() => isOurs(path) && touch(path), HEARTBEAT);
  beat.unref();
  let held = true;
  return {
    note: (pid) => {
      if (held && isOurs(path)) writeWhole(path, content(pid));
    },
    release: () => {
      clearInterval(beat);
      if (held && isOurs(path)) rmSync(path, { force: true });
      held = false;
    },
  };
}

/** @param {number | null} command */
function content(command) {
  return JSON.stringify({ pid: process.pid, command, host: hostname() });
}

/**
 * A holder that was stopped for long (Ctrl-Z) may find that its lock was broken and that another process has taken it.
 *
 * @param {string} path
 */
function isOurs(path) {
  const { pid, host } = parsed(read(path));
  return pid === process.pid && host === hostname();
}

/** @param {string} path */
function tryTake(path) {
  try {
    const file = openSync(path, "wx"); // fails when the file exists: that is the lock
    writeFileSync(file, content(null));
    closeSync(file);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    throw new Problem(`cannot write ${path} (${code})`, "make the project's folder writable");
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * @param {string} text
 * @returns {Holder} empty when the file is just being written, or when its writer was killed: then its age decides
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** @type {(path: string, text: string) => boolean} */
function isStale(path, text) {
  const { pid, command, host } = parsed(text);
  if (host === hostname() && pid) {
    if (command && isAlive(command)) return false;
    if (!isAlive(pid)) return true;
  }
  try {
    return Date.now() - statSync(path).mtimeMs > SILENT;
  } catch {
    return false; // the file is gone: the caller tries again to take the lock
  }
}

/**
 * Removes a stale lock. Two waiting runs may both see it: only the run that makes a second file, the breaker, removes
 * the lock, and only when the lock still holds what that run has seen.
 *
 * @type {(path: string, seen: string) => void}
 */
function breakLock(path, seen) {
  const breaker = `${path}.break`;
  if (!tryTake(breaker)) {
    if (isStale(breaker, read(breaker))) rmSync(breaker, { force: true });
    return;
  }
  try {
    if (read(path) === seen) rmSync(path, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // somebody has removed the file: the run goes on without its guard
  }
}

/** @param {string} text */
function describe(text) {
  const { pid, host } = parsed(text);
  return pid ? `process ${pid}${host === hostname() ? "" : ` on ${host}`}` : "starting";
}
