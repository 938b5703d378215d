import { spawn } from "node:child_process";
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { takeLock } from "../../../scripts/setup/lock.mjs";
import { temporaryFolder, write } from "../support";

const DEAD = 999_999_999; // above any system's largest process number
const LONG_AGO = new Date(Date.now() - 60_000);
/** @param content what a lock holds already */
const lockFile = (content?: string | object) => {
  const folder = temporaryFolder();
  if (content !== undefined) write(folder, { lock: content });
  return join(folder, "lock");
};

test("a second setup says that it waits, and gets its turn when the first is done", async () => {
  const path = lockFile();
  const said: string[] = [];
  const first = await takeLock(path);
  let gotIt = false;
  const second = takeLock(path, { say: (line) => said.push(line), pause: 5 }).then((lock) => {
    gotIt = true;
    return lock;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([gotIt, said]).toEqual([false, [`another setup is at work here (process ${process.pid}); waiting for it`]]);
  first.release();
  (await second).release();
  expect(existsSync(path)).toBe(false);
});

test("many at once: one after the other, never two", async () => {
  const path = lockFile({ pid: DEAD, host: hostname() }); // and a stale lock to fight over
  let inside = 0;
  const turns = Array.from({ length: 12 }, async () => {
    const lock = await takeLock(path, { pause: 1 });
    expect(++inside).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2));
    inside--;
    lock.release();
  });
  await Promise.all(turns);
});

test("the lock of a killed setup does not hold", async () => {
  const path = lockFile({ pid: DEAD, command: null, host: hostname() });
  (await takeLock(path, { patience: 1000, pause: 5 })).release();
});

test("a living process whose lock nobody touches is not its holder: its number was given to another program", async () => {
  const other = spawn("sleep", ["30"]);
  onTestFinished(() => void other.kill());
  const path = lockFile({ pid: other.pid, command: DEAD, host: hostname() });
  await expect(takeLock(path, { patience: 30, pause: 5 })).rejects.toThrow("for too long");
  utimesSync(path, LONG_AGO, LONG_AGO);
  (await takeLock(path, { patience: 1000, pause: 5 })).release();
});

test("a holder that was stopped for long leaves the lock of its successor alone", async () => {
  const path = lockFile();
  const lock = await takeLock(path);
  write(dirname(path), { lock: { pid: DEAD, host: "another" } });
  lock.note(123);
  lock.release();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ pid: DEAD, host: "another" });
});

test("what a killed setup started, and that still runs, is waited for", async () => {
  const child = spawn("sleep", ["30"]);
  onTestFinished(() => void child.kill());
  const path = lockFile({ pid: DEAD, command: child.pid, host: hostname() });
  const waiting = takeLock(path, { pause: 5 });
  utimesSync(path, LONG_AGO, LONG_AGO);
  const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 60, "still waiting"))]);
  expect(early).toBe("still waiting");
  child.kill("SIGKILL");
  (await waiting).release();
});

test("another machine's lock, or a half-written one, holds until nobody has touched it for a while", async () => {
  for (const content of [{ pid: DEAD, host: "another" }, ""]) {
    const path = lockFile(content);
    await expect(takeLock(path, { patience: 30, pause: 5 })).rejects.toThrow(
      /^another setup \(.*\) holds .*lock for too long: end it/,
    );
    utimesSync(path, LONG_AGO, LONG_AGO);
    (await takeLock(path, { patience: 1000, pause: 5 })).release();
  }
});

test("the lock names its holder and the command it runs", async () => {
  const path = lockFile();
  const lock = await takeLock(path);
  lock.note(123);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ pid: process.pid, command: 123, host: hostname() });
  lock.release();
});
