// A process that is killed, or gets an error, at each of the system calls with which a checkpoint is written.
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { readHistory, writeCheckpoint } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { content, expectContent, flip, latest, numbersIn } from "./support";

/** The plan of the calls: the `log` of all, and the fate of the call with number `at`. */
const plan = vi.hoisted(() => ({
  log: [] as string[],
  at: Number.POSITIVE_INFINITY,
  /**
   * "kill": this call and all later ones do nothing. "torn": as "kill", but half the bytes of a write are written.
   * Else the code of the call's error.
   */
  fate: "",
  dead: false,
}));

vi.mock("node:fs/promises", async (importReal) => {
  const real = await importReal<typeof import("node:fs/promises")>();
  const { basename } = await import("node:path");
  const short = (path: unknown) =>
    basename(String(path))
      .replace(/^\.unfinished-.*/, ".unfinished")
      .replace(/^history-.*/, "history");

  /** Logs the call, and runs it or not. */
  async function happen<T>(name: string, call: () => Promise<T>, torn?: () => Promise<unknown>): Promise<T> {
    if (plan.dead) throw Object.assign(new Error("dead"), { code: "DEAD" });
    const isIt = plan.log.length === plan.at;
    plan.log.push(name);
    if (!isIt) return call();
    plan.dead = plan.fate === "kill" || plan.fate === "torn";
    if (plan.fate === "torn") await torn?.();
    throw Object.assign(new Error(plan.fate), { code: plan.fate });
  }

  type Handle = Awaited<ReturnType<typeof real.open>>;
  const watched = (handle: Handle, name: string) =>
    new Proxy(handle, {
      get(target, key) {
        if (key === "close") return () => target.close(); // a killed process closes its files too
        if (key === "writeFile") {
          const half = (bytes: Uint8Array) => target.writeFile(bytes.subarray(0, bytes.length / 2));
          return (bytes: Uint8Array) =>
            happen(
              `write ${name}`,
              () => target.writeFile(bytes),
              () => half(bytes),
            );
        }
        if (key === "truncate") return (size: number) => happen(`truncate ${name}`, () => target.truncate(size));
        if (key === "sync") return () => happen(`sync ${name}`, () => target.sync());
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  return {
    ...real,
    mkdir: (path: string, options: object) => happen(`mkdir ${short(path)}`, () => real.mkdir(path, options)),
    rename: (from: string, to: string) => happen(`rename ${short(from)} ${short(to)}`, () => real.rename(from, to)),
    rm: (path: string, options: object) => happen(`rm ${short(path)}`, () => real.rm(path, options)),
    open: (path: string, flags: string) =>
      happen(`open ${short(path)}`, async () => watched(await real.open(path, flags), short(path))),
  };
});

beforeEach(live);

function live(): void {
  Object.assign(plan, { log: [], at: Number.POSITIVE_INFINITY, fate: "", dead: false });
}

/** A folder with the checkpoints 1 and 2; the next write removes the first. */
async function started(): Promise<string> {
  const folder = join(temporaryFolder(), "run");
  live();
  for (const number of [1, 2]) await writeCheckpoint(folder, content(number), { keep: 2 });
  live();
  return folder;
}

/** Writes checkpoint 3 with the given fate at call `at`. @returns whether the write ended before that call */
async function writeThird(folder: string, at: number, fate: string): Promise<unknown> {
  live();
  Object.assign(plan, { at, fate });
  const error = await writeCheckpoint(folder, content(3), { keep: 2 }).then(
    () => undefined,
    (thrown) => thrown,
  );
  const reached = plan.log.length > at;
  live();
  return reached ? (error ?? "no error") : undefined;
}

describe.each(["kill", "torn"])("a process ended (%s) at any call", (fate) => {
  test("leaves the older or the new checkpoint, undamaged, as the newest, and the next write succeeds", async () => {
    const found: number[] = [];
    for (let at = 0; ; at++) {
      const folder = await started();
      const error = await writeThird(folder, at, fate);
      if (error === undefined) break;
      const [newest, said] = await latest(folder);
      expect(said, `call ${at}`).toEqual([]);
      expectContent(newest, newest?.number ?? 0);
      found.push(newest?.number ?? 0);
      await writeCheckpoint(folder, content(4), { keep: 2 });
      expectContent((await latest(folder))[0], 4);
    }
    expect(found.length).toBeGreaterThan(15);
    const first = found.indexOf(3);
    expect(found).toEqual(found.map((_, i) => (i < first ? 2 : 3)));
  });
});

describe.each(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES"])("%s at any call", (code) => {
  test("gives a DataError; until the new checkpoint is there, nothing has changed and nothing is left behind", async () => {
    let calls = 0;
    for (let at = 0; ; at++, calls++) {
      const folder = await started();
      const error = await writeThird(folder, at, code);
      if (error === undefined) break;
      const isNew = readdirSync(folder).includes("checkpoint-000000003");
      // An old checkpoint that cannot be read must not end a training when the new one is written.
      if (!(isNew && error === "no error")) {
        expect(error, `call ${at}`).toMatchObject({ name: "DataError", message: expect.stringContaining(code) });
      }
      const [newest, said] = await latest(folder);
      expectContent(newest, isNew ? 3 : 2);
      expect(said).toEqual([]);
      if (!isNew) expect(numbersIn(folder), `call ${at}`).toEqual([1, 2]);
      await writeCheckpoint(folder, content(4), { keep: 2 }); // when there is room again
    }
    expect(calls).toBeGreaterThan(15);
  });
});

test("writeCheckpoint syncs everything before the rename, and renames before it removes anything", async () => {
  const folder = await started();
  await writeCheckpoint(folder, content(3), { keep: 2 });
  const indexOf = (name: string) => plan.log.indexOf(name);
  const commit = indexOf("rename .unfinished checkpoint-000000003");
  const away = indexOf("rename checkpoint-000000001 .unfinished");
  const syncs = (name: string) => plan.log.flatMap((call, i) => (call === `sync ${name}` ? [i] : []));
  for (const name of ["tensors.safetensors", "checkpoint.json"]) {
    expect(syncs(name)[0]).toBeGreaterThan(plan.log.lastIndexOf(`write ${name}`));
    expect(syncs(name)[0]).toBeLessThan(syncs(".unfinished")[0] as number);
  }
  expect(syncs(".unfinished")[0]).toBeLessThan(commit);
  const [durable, renamed] = syncs("run") as [number, number];
  expect(commit).toBeLessThan(durable);
  expect(durable).toBeLessThan(away);
  expect(away).toBeLessThan(renamed);
  expect(renamed).toBeLessThan(indexOf("rm .unfinished"));
});

test("writeCheckpoint syncs the folders that it makes for the first checkpoint", async () => {
  const top = temporaryFolder();
  await writeCheckpoint(join(top, "a", "b"), content(1));
  expect(plan.log.slice(0, 6).filter((call) => call.startsWith("sync"))).toEqual([
    "sync a",
    `sync ${top.split("/").at(-1)}`,
  ]);
});

test("the error of a full disk says so; an error while an old checkpoint is removed leaves the new one", async () => {
  const folder = await started();
  const full = await writeThird(folder, 3, "ENOSPC");
  expect(full).toMatchObject({
    file: join(folder, "checkpoint-000000003"),
    field: "disk",
    expected: "room for the checkpoint",
    actual: "ENOSPC, no space left on the device",
  });
  await writeCheckpoint(folder, content(3), { keep: 2 });
  const at = plan.log.indexOf("rename checkpoint-000000001 .unfinished");
  const stuck = await writeThird(await started(), at, "EPERM");
  expect(stuck).toMatchObject({ expected: "an old checkpoint that can be removed", actual: "EPERM" });
});

test("when a write fails that should replace a damaged checkpoint, the error is the write's", async () => {
  const folder = await started();
  await writeCheckpoint(folder, content(3), { keep: 3 });
  flip(join(folder, "checkpoint-000000003", "checkpoint.json"), 40);
  Object.assign(plan, { at: plan.log.length + 12, fate: "ENOSPC" });
  await dataErrorOf(() => writeCheckpoint(folder, content(3), { keep: 3 }));
  live();
  expectContent((await latest(folder))[0], 2);
});

describe.each(["torn", "ENOSPC"])("%s at any call while a checkpoint with a history is written", (fate) => {
  test("leaves a history that fits the newest checkpoint; the next process adds to it, no record twice, none lost", async () => {
    const all = [1, 2, 3, 4].map((epoch) => ({ epoch, text: "x".repeat(20) }));
    const write = (folder: string, number: number) =>
      writeCheckpoint(folder, { ...content(number), history: all.slice(0, number) }, { keep: 2 });
    const newest = async (folder: string) => {
      const [found] = await latest(folder);
      return { number: found?.number ?? 0, history: found && (await readHistory(found)) };
    };
    let calls = 0;
    for (let at = 0; ; at++, calls++) {
      const folder = join(temporaryFolder(), "run");
      live();
      for (const number of [1, 2]) await write(folder, number);
      live();
      Object.assign(plan, { at, fate });
      await write(folder, 3).catch(() => undefined);
      const reached = plan.log.length > at;
      live();
      if (!reached) break;
      const { number, history } = await newest(folder);
      expect(history, `call ${at}`).toEqual(all.slice(0, number));
      const later = join(temporaryFolder(), "run"); // another path, which this process does not know, as a new process
      cpSync(folder, later, { recursive: true });
      const again = (await newest(later)).history ?? [];
      const going = [...again, ...all.slice(again.length)];
      await writeCheckpoint(later, { ...content(4), history: going }, { keep: 1 });
      expect((await newest(later)).history, `after call ${at}`).toEqual(all);
      expect(readdirSync(later).filter((name) => name.startsWith("history-"))).toHaveLength(1);
    }
    expect(calls).toBeGreaterThan(18);
  });
});
