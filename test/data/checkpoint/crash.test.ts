// Killed, or refused by the system, at each of the calls that writing a checkpoint makes.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { writeCheckpoint } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { content, expectContent, flip, latest, numbersIn } from "./support";

/** What happens to the calls: `log` of all, and what becomes of the one with number `at`. */
const plan = vi.hoisted(() => ({
  log: [] as string[],
  at: Number.POSITIVE_INFINITY,
  /** "kill": from then on nothing happens. "torn": the same, half the bytes of a write being written. Else an error's code. */
  fate: "",
  dead: false,
}));

vi.mock("node:fs/promises", async (importReal) => {
  const real = await importReal<typeof import("node:fs/promises")>();
  const { basename } = await import("node:path");
  const short = (path: unknown) => basename(String(path)).replace(/^\.unfinished-.*/, ".unfinished");

  /** Notes the call, and lets it happen or not. */
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

/** A folder with the checkpoints 1 and 2, of which the next write removes the first. */
async function started(): Promise<string> {
  const folder = join(temporaryFolder(), "run");
  live();
  for (const number of [1, 2]) await writeCheckpoint(folder, content(number), { keep: 2 });
  live();
  return folder;
}

/** Writes checkpoint 3 with that fate at call `at`. @returns whether it ended before that call */
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
  test("leaves the checkpoint before or the new one, whole and the newest, and the next write goes on", async () => {
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
  test("is a DataError; until the new one is there nothing has changed and nothing is left", async () => {
    let calls = 0;
    for (let at = 0; ; at++, calls++) {
      const folder = await started();
      const error = await writeThird(folder, at, code);
      if (error === undefined) break;
      const isNew = readdirSync(folder).includes("checkpoint-000000003");
      // What cannot be read of an old checkpoint when the new one is there is no reason to end a training.
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

test("everything is on the disk before the rename, the rename is before anything is removed", async () => {
  const folder = await started();
  await writeCheckpoint(folder, content(3), { keep: 2 });
  const place = (name: string) => plan.log.indexOf(name);
  const commit = place("rename .unfinished checkpoint-000000003");
  const away = place("rename checkpoint-000000001 .unfinished");
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
  expect(renamed).toBeLessThan(place("rm .unfinished"));
});

test("folders made for the first checkpoint are on the disk as well", async () => {
  const top = temporaryFolder();
  await writeCheckpoint(join(top, "a", "b"), content(1));
  expect(plan.log.slice(0, 5).filter((call) => call.startsWith("sync"))).toEqual([
    "sync a",
    `sync ${top.split("/").at(-1)}`,
  ]);
});

test("a disk that is full says so; one that fails while the old one is removed says that the new one is there", async () => {
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

test("a damaged checkpoint of the same number is not missed when writing fails", async () => {
  const folder = await started();
  await writeCheckpoint(folder, content(3), { keep: 3 });
  flip(join(folder, "checkpoint-000000003", "checkpoint.json"), 40);
  Object.assign(plan, { at: plan.log.length + 12, fate: "ENOSPC" });
  await dataErrorOf(() => writeCheckpoint(folder, content(3), { keep: 3 }));
  live();
  expectContent((await latest(folder))[0], 2);
});
