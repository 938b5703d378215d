/**
 * One setup at a time in one project.
 *
 * The lock names its holder and the command the holder is running, and the holder touches it every two seconds. A
 * killed setup's npm or pip may live on for a moment: the next run waits for it too, instead of working against it.
 * When that command has ended, the lock is stale as soon as its holder is dead on this machine, and anywhere when
 * nobody has touched it for a while: the holder may be in another container, and a dead one's number may by now be
 * another program's.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { writeWhole } from "./files.mjs";
import { Problem } from "./problem.mjs";
import { isAlive } from "./processes.mjs";

const HEARTBEAT = 2_000;
const SILENT = 20_000;

/** Waits for its turn. @returns `{ note(pid), release() }` */
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
    note: (pid) => held && isOurs(path) && writeWhole(path, content(pid)),
    release: () => {
      clearInterval(beat);
      if (held && isOurs(path)) rmSync(path, { force: true });
      held = false;
    },
  };
}

function content(command) {
  return JSON.stringify({ pid: process.pid, command: command ?? null, host: hostname() });
}

/** A holder that was stopped for long (Ctrl-Z) may find its lock broken, and another's in its place. */
function isOurs(path) {
  const { pid, host } = parsed(read(path));
  return pid === process.pid && host === hostname();
}

function tryTake(path) {
  try {
    const file = openSync(path, "wx"); // fails when the file exists: that is the lock
    writeFileSync(file, content());
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw new Problem(`cannot write ${path} (${error.code})`, "make the project's folder writable");
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // just being written, or its writer was killed: age decides
  }
}

function isStale(path, text) {
  const { pid, command, host } = parsed(text);
  if (host === hostname() && pid) {
    if (command && isAlive(command)) return false;
    if (!isAlive(pid)) return true;
  }
  try {
    return Date.now() - statSync(path).mtimeMs > SILENT;
  } catch {
    return false; // gone: simply try again
  }
}

/** Two waiting runs may both see a stale lock; only the one that makes the second file removes it, after a second look. */
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

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // removed by hand: the run goes on, it only loses its guard
  }
}

function describe(text) {
  const { pid, host } = parsed(text);
  return pid ? `process ${pid}${host === hostname() ? "" : ` on ${host}`}` : "starting";
}
