import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "../../../src/data";
import { writeWhole } from "../../../src/data/sources/cache";
import { dataErrorOf, temporaryFolder } from "../support";

test("cacheFolder(environment, platform) follows each system's convention", () => {
  expect(cacheFolder({ HOME: "/home/ann" }, "linux")).toBe(join("/home/ann", ".cache", "unroll"));
  expect(cacheFolder({ HOME: "/home/ann", XDG_CACHE_HOME: "/big/cache" }, "linux")).toBe(join("/big/cache", "unroll"));
  expect(cacheFolder({ HOME: "/Users/ann" }, "darwin")).toBe(join("/Users/ann", "Library", "Caches", "unroll"));
  expect(cacheFolder({ LOCALAPPDATA: "/ann/Local" }, "win32")).toBe(join("/ann/Local", "unroll", "Cache"));
});

test("cacheFolder ignores a relative XDG_CACHE_HOME, as its specification says; without HOME it takes the account's", () => {
  const account = join(userInfo().homedir, ".cache", "unroll");
  const ofAnn = join("/home/ann", ".cache", "unroll");
  expect(cacheFolder({ HOME: "/home/ann", XDG_CACHE_HOME: "cache" }, "linux")).toBe(ofAnn);
  expect([{}, { HOME: "" }, { HOME: "ann" }].map((env) => cacheFolder(env, "linux"))).toEqual([
    account,
    account,
    account,
  ]);
});

test("writeWhole(path, bytes) makes the folders, replaces an older file, and leaves nothing else behind", async () => {
  const folder = join(temporaryFolder(), "deep", "er");
  await writeWhole(join(folder, "a"), Buffer.from("first"));
  await writeWhole(join(folder, "a"), Buffer.from("second"));
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("second");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("writeWhole: many simultaneous writers leave the file of one of them", async () => {
  const folder = temporaryFolder();
  await Promise.all(Array.from({ length: 20 }, (_, i) => writeWhole(join(folder, "a"), Buffer.alloc(10_000, i))));
  const bytes = readFileSync(join(folder, "a"));
  expect(bytes.equals(Buffer.alloc(10_000, bytes[0]))).toBe(true);
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("writeWhole names a folder that cannot be made, and says what to do", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const error = await dataErrorOf(() => writeWhole(join(file, "letters", "a"), Buffer.from("x")));
  expect(error).toMatchObject({ file: join(file, "letters"), field: "cache folder", actual: "ENOTDIR" });
  expect(error.message).toContain("set XDG_CACHE_HOME");
});

/** Runs `work` without root's rights: root may write anywhere, so another account's rights are needed. */
async function withoutRootsRights<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65534); // nobody
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test.skipIf(process.platform === "win32")("writeWhole names a read-only folder", async () => {
  const parent = temporaryFolder();
  const folder = join(parent, "read-only");
  mkdirSync(folder);
  chmodSync(parent, 0o755);
  chmodSync(folder, 0o555);
  const error = await withoutRootsRights(() => dataErrorOf(() => writeWhole(join(folder, "a"), Buffer.from("x"))));
  expect(error).toMatchObject({ file: folder, field: "cache folder", actual: "EACCES" });
  expect(readdirSync(folder)).toEqual([]);
});

test("writeWhole leaves nothing behind when the rename fails", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a", "b"), { recursive: true }); // a folder where the file should go: the rename fails
  const error = await dataErrorOf(() => writeWhole(join(folder, "a"), Buffer.from("x")));
  expect(error.field).toBe("cache folder");
  expect(readdirSync(folder)).toEqual(["a"]);
});
