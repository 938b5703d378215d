import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findFiles, type SourceOptions } from "../../../src/data/sources/source";
import { dataErrorOf, knownFile, mirror, temporaryFolder, zipOf } from "../support";

const a = knownFile("a.gz");
const b = knownFile("bb.gz");
const files = [a.file, b.file];
const good: RequestListener = (request, response) => response.end(request.url === "/a.gz" ? a.bytes : b.bytes);
const missing: RequestListener = (_, response) => response.writeHead(404).end();

/** A search with an empty environment, in which only the given options count. */
const find = (options: SourceOptions, cache = temporaryFolder()) =>
  findFiles(files, ["http://127.0.0.1:1/"], { environment: {}, mirrors: [], cache, ...options });

/** A folder that has, in `letters`, a.gz and bb.gz with these bytes. */
function folderWith(...contents: Uint8Array[]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "letters"));
  files.slice(0, contents.length).forEach((file, i) => {
    writeFileSync(join(folder, "letters", file.name), contents[i] as Uint8Array);
  });
  return folder;
}

test("findFiles searches the named folder first, by option or by UNROLL_DATA, and needs neither cache nor mirror", async () => {
  const folder = folderWith(a.bytes, b.bytes);
  for (const options of [{ folder }, { environment: { UNROLL_DATA: folder } }]) {
    const found = await find(options);
    expect(found).toMatchObject({ from: [join(folder, "letters")] });
    expect(found.files?.map((bytes) => Buffer.from(bytes).equals(a.bytes))).toEqual([true, false]);
  }
});

test("findFiles refuses a file with wrong bytes in the named folder, and does not look elsewhere", async () => {
  const cache = folderWith(a.bytes, b.bytes);
  const error = await dataErrorOf(() => find({ folder: folderWith(Buffer.alloc(5_000)) }, cache));
  expect(error).toMatchObject({ field: "SHA-256", expected: a.file.sha256 });
  expect(error.file).toMatch(/letters.a\.gz$/);
  const half = await dataErrorOf(() => find({ folder: folderWith(a.bytes, b.bytes.subarray(0, 99)) }, cache));
  expect(half).toMatchObject({ field: "size", expected: "5000 bytes", actual: "99" });
});

test("findFiles refuses a folder in the file's place", async () => {
  const folder = folderWith();
  mkdirSync(join(folder, "letters", "a.gz"));
  expect(await dataErrorOf(() => find({ folder }))).toMatchObject({ field: "kind", actual: "a folder" });
});

test.skipIf(process.platform === "win32")(
  "findFiles refuses a pipe in the file's place, without reading it",
  async () => {
    const other = folderWith();
    execFileSync("mkfifo", [join(other, "letters", "a.gz")]);
    expect(await dataErrorOf(() => find({ folder: other }))).toMatchObject({ field: "kind", actual: "something else" });
  },
);

test("findFiles notes that the named folder lacks a file, and searches on", async () => {
  const folder = folderWith(a.bytes);
  const cache = folderWith(a.bytes, b.bytes);
  const found = await find({ folder }, cache);
  expect(found).toMatchObject({ from: [join(folder, "letters"), join(cache, "letters")] });
  expect(found).toHaveProperty("notes", expect.arrayContaining([`${folder} has no letters/bb.gz`]));
});

test("findFiles notes a problem of all files once", async () => {
  const found = await find({ folder: "/nowhere" }, folderWith(a.bytes, b.bytes));
  expect(found).toHaveProperty("notes", [expect.stringContaining("has no letters/a.gz")]);
});

test("findFiles stores a download in the cache, and the next search needs no mirror", async () => {
  const cache = temporaryFolder();
  const address = await mirror(good);
  expect(await find({ mirrors: [address] }, cache)).toMatchObject({ from: [address], notes: [] });
  expect(readdirSync(join(cache, "letters"))).toEqual(["a.gz", "bb.gz"]);
  expect(await find({}, cache)).toMatchObject({ from: [join(cache, "letters")] });
});

test("findFiles tries mirrors in turn, and a mirror that failed after all others from then on", async () => {
  const asked: string[] = [];
  const broken = await mirror((request, response) => {
    asked.push(request.url ?? "");
    missing(request, response);
  });
  const found = await find({ mirrors: [broken, await mirror(good)] });
  expect(found.files?.length).toBe(2);
  expect(asked).toEqual(["/a.gz"]);
  expect(found).toHaveProperty("notes", [expect.stringMatching(/^127\.0\.0\.1:\d+: HTTP status 404$/)]);
});

test("findFiles names each mirror's reason when none gives the file, and stores nothing", async () => {
  const cache = temporaryFolder();
  const wrong = await mirror((_, response) => response.end(Buffer.alloc(5_000)));
  const found = await find({ mirrors: [await mirror(missing), wrong] }, cache);
  const reasons = [expect.stringContaining("HTTP status 404"), expect.stringContaining("SHA-256")];
  expect(found).toEqual({ files: undefined, reasons });
  expect(readdirSync(cache)).toEqual([]);
});

test("findFiles never uses a half-written download in the cache: a mirror replaces it, else a note names it", async () => {
  const half = a.bytes.subarray(0, 2_500);
  const cache = folderWith(half, b.bytes);
  const alone = await find({}, cache);
  const path = join(cache, "letters", "a.gz");
  expect(alone).toMatchObject({
    reasons: [`passed over ${path}: size: expected 5000 bytes, got 2500`, "no mirror was given"],
  });
  expect(readFileSync(path)).toEqual(half);
  expect((await find({ mirrors: [await mirror(good)] }, cache)).files?.length).toBe(2);
  expect(readFileSync(path)).toEqual(a.bytes);
});

test("findFiles never uses a temporary file of a killed program", async () => {
  const cache = folderWith();
  writeFileSync(join(cache, "letters", "a.gz.0000.part"), a.bytes);
  expect((await find({}, cache)).files).toBeUndefined();
});

test("a cache folder that cannot be written gives a note, and the data are still found", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const found = await find({ mirrors: [await mirror(good)], cache: file });
  expect(found.files?.length).toBe(2);
  const note = `not kept, so it will be downloaded again: ${join(file, "letters")}: cache folder: expected a folder that can be`;
  expect(found).toHaveProperty("notes", [expect.stringContaining(note)]);
});

test("simultaneous searches can share a cache folder", async () => {
  const cache = temporaryFolder();
  const mirrors = [await mirror(good)];
  const found = await Promise.all(Array.from({ length: 8 }, () => find({ mirrors }, cache)));
  expect(found.every(({ files }) => files?.length === 2)).toBe(true);
  expect(readdirSync(join(cache, "letters"))).toEqual(["a.gz", "bb.gz"]);
});

test("UNROLL_OFFLINE disables the network, unless it is 0 or empty", async () => {
  const mirrors = [await mirror(good)];
  const search = (UNROLL_OFFLINE: string) =>
    findFiles(files, mirrors, { environment: { UNROLL_OFFLINE }, cache: temporaryFolder() });
  expect(await search("1")).toEqual({ files: undefined, reasons: ["UNROLL_OFFLINE is set"] });
  expect((await search("0")).files?.length).toBe(2);
  expect((await search("")).files?.length).toBe(2);
});

test("findFiles notes a proxy that Node's fetch ignores when no mirror answers", async () => {
  const environment = { HTTPS_PROXY: "http://127.0.0.1:1" };
  const mirrors = [await mirror(missing)];
  const line = "HTTPS_PROXY is set: Node 22.21 or later heeds it with NODE_USE_ENV_PROXY=1";
  expect(await find({ environment, mirrors })).toMatchObject({ reasons: [expect.stringContaining("404"), line] });
  expect(await find({ environment: { ...environment, NODE_USE_ENV_PROXY: "1" }, mirrors })).toMatchObject({
    reasons: [expect.stringContaining("404")],
  });
});

test("findFiles refuses a mirror that is not a web address, before any request", async () => {
  for (const address of ["file:///etc/", "http://127.0.0.1/without-end", "nonsense/"]) {
    expect(await dataErrorOf(() => find({ mirrors: [address] }))).toMatchObject({ file: "mirrors", actual: address });
  }
});

test("findFiles asks each file's own addresses where no mirror is given, one after the other, in an archive too", async () => {
  const asked: (string | undefined)[] = [];
  const archive = zipOf({ "folder/a.gz": a.bytes, "folder/bb.gz": b.bytes });
  const address = await mirror((request, response) => {
    asked.push(request.url);
    if (request.url === "/x/all.zip") response.end(archive);
    else missing(request, response);
  });
  const addresses = [`${address}x/gone`, `${address}x/all.zip`];
  const packed = files.map((file) => ({ ...file, addresses }));
  const cache = temporaryFolder();
  const found = await findFiles(packed, [], { environment: {}, cache });
  expect(found.files?.map((bytes) => Buffer.from(bytes))).toEqual([a.bytes, b.bytes]);
  expect(found).toMatchObject({ from: [`${address}x/`], notes: [expect.stringContaining("HTTP status 404")] });
  expect(asked).toEqual(["/x/gone", "/x/all.zip", "/x/gone"]); // the archive came once
  expect(readdirSync(join(cache, "letters"))).toEqual(["a.gz", "bb.gz"]);
  for (const options of [{ mirrors: [] }, { environment: { UNROLL_OFFLINE: "1" } }]) {
    const none = await findFiles(packed, [], { environment: {}, cache: temporaryFolder(), ...options });
    expect(none.files).toBeUndefined();
  }
  expect(asked).toHaveLength(3);
});

test("findFiles refuses an archive whose file has other bytes", async () => {
  const address = await mirror((_, response) => response.end(zipOf({ "a.gz": Buffer.alloc(5_000, 1) })));
  const packed = [{ ...a.file, addresses: [`${address}all.zip`] }];
  const found = await findFiles(packed, [], { environment: {}, cache: temporaryFolder() });
  expect(found).toMatchObject({ files: undefined, reasons: [expect.stringContaining("SHA-256")] });
});
