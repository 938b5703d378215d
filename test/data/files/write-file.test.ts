// Every writer of files: what it keeps of an older file, what it refuses, and what a killed one leaves behind.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import {
  bestCheckpoint,
  characterTokenizer,
  checkCheckpointFolder,
  latestCheckpoint,
  listCheckpoints,
  markBest,
  numericArray,
  readCheckpoint,
  saveFiles,
  saveNpy,
  saveProjector,
  saveSafetensors,
  saveTokenizer,
  saveWord2VecFormat,
  tokenFile,
  writeCheckpoint,
} from "../../../src/data";
import { unfinishedName } from "../../../src/data/files/unfinished";
import { dataErrorOf, temporaryFolder } from "../support";
import { child, moduleOf } from "./child";

const array = numericArray(Float32Array.of(1, 2), [2]);
const vectors = { words: ["a"], vectors: numericArray(Float32Array.of(1, 2), [1, 2]) };
const tokenizer = characterTokenizer("abc");

/** Every function that writes one file, given its path. */
const WRITERS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  saveSafetensors: (path) => saveSafetensors(path, { array }),
  saveNpy: (path) => saveNpy(path, array),
  saveTokenizer: (path) => saveTokenizer(tokenizer, path),
  saveWord2VecFormat: (path) => saveWord2VecFormat(path, vectors),
};
const textOfTokens = () => {
  const path = join(temporaryFolder(), "text");
  writeFileSync(path, "abc");
  return path;
};

/** Every function that writes into a folder, given its path. */
const FOLDER_WRITERS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  saveFiles: (path) => saveFiles(path, { a: Uint8Array.of(1) }),
  saveProjector: (path) => saveProjector(path, { a: vectors }),
  writeCheckpoint: (path) => writeCheckpoint(path, { number: 1, tensors: { array }, state: {} }),
  checkCheckpointFolder,
};

test.each(Object.entries(WRITERS))("%s(path) keeps the mode of the file that it replaces", async (_, write) => {
  const path = join(temporaryFolder(), "file");
  writeFileSync(path, "old");
  chmodSync(path, 0o604);
  await write(path);
  expect(statSync(path).mode & 0o7777).toBe(0o604);
  expect(statSync(path).size).toBeGreaterThan(3);
});

test.each(Object.entries(WRITERS))("%s(path) writes through a symbolic link, and the link stays", async (_, write) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "disk"));
  symlinkSync("disk", join(folder, "link"));
  symlinkSync("link/real", join(folder, "first")); // the file that it names is not there yet
  symlinkSync(join(folder, "first"), join(folder, "second"));
  for (const _ of ["makes it", "replaces it"]) {
    await write(join(folder, "second"));
    expect(lstatSync(join(folder, "disk", "real")).isFile()).toBe(true);
    expect(readlinkSync(join(folder, "first"))).toBe("link/real");
    expect(readlinkSync(join(folder, "second"))).toBe(join(folder, "first"));
    expect(readdirSync(join(folder, "disk"))).toEqual(["real"]);
  }
});

test("a link to itself is refused", async () => {
  const path = join(temporaryFolder(), "link");
  symlinkSync(path, path);
  expect(await dataErrorOf(() => saveNpy(path, array))).toMatchObject({ file: path, actual: "ELOOP" });
});

test.each(Object.entries(WRITERS))("%s(path) writes a file whose name has 255 bytes", async (_, write) => {
  const path = join(temporaryFolder(), "n".repeat(255));
  await write(path);
  expect(statSync(path).size).toBeGreaterThan(0);
  expect(await dataErrorOf(() => write(`${path}n`))).toMatchObject({ file: `${path}n`, actual: "ENAMETOOLONG" });
});

test.runIf(process.platform === "linux").each(Object.entries({ ...WRITERS, ...FOLDER_WRITERS }))(
  "%s refuses a folder that cannot be made, in place of trying for ever",
  async (_, write) => {
    const error = await dataErrorOf(() => write("/proc/unroll/a"));
    expect(error.file).toMatch(/^\/proc\/unroll\/a/);
    expect(error).toMatchObject({ field: "access", actual: "ENOENT" });
  },
);

test("tokenFile refuses such a folder too, and an empty path", async () => {
  const path = textOfTokens();
  const write = (to: string) => dataErrorOf(() => tokenFile(path, tokenizer, { to }));
  if (process.platform === "linux") expect((await write("/proc/unroll/a")).actual).toBe("ENOENT");
  expect((await write("")).field).toBe("to");
});

test.each(Object.entries(WRITERS))("%s(path) never replaces what is no file", async (_, write) => {
  const folder = temporaryFolder();
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect((await dataErrorOf(() => write(join(folder, "pipe")))).actual).toBe("no file");
  expect((await dataErrorOf(() => write(folder))).actual).toBe("EISDIR");
  expect(readdirSync(folder)).toEqual(["pipe"]);
  expect(statSync(join(folder, "pipe")).isFIFO()).toBe(true);
});

test.each(
  Object.entries({
    ...WRITERS,
    ...FOLDER_WRITERS,
    listCheckpoints,
    latestCheckpoint: (folder: string) => latestCheckpoint(folder),
    bestCheckpoint: (folder: string) => bestCheckpoint(folder),
    readCheckpoint,
    markBest: (path: string) => markBest(path, { value: 1, mode: "min" }),
  }),
)("%s refuses an empty path, which would be the folder of the program, and what is no text", async (name, run) => {
  const before = readdirSync(process.cwd());
  for (const [path, actual] of [
    ["", "an empty text"] as const,
    [undefined as unknown as string, "undefined"] as const,
  ]) {
    expect(await dataErrorOf(() => run(path))).toMatchObject({ file: name, expected: "a path", actual });
  }
  expect(readdirSync(process.cwd())).toEqual(before);
});

test("saveFiles refuses a file without a name", async () => {
  const folder = join(temporaryFolder(), "made");
  expect((await dataErrorOf(() => saveFiles(folder, { "": Uint8Array.of(1) }))).field).toBe("file name");
});

/** What a writer leaves that was killed by `kill -9`. */
async function killedWriter(folder: string): Promise<string> {
  const { said, kill, ended } = child(`
    const { writeUnfinished } = require(${moduleOf("write-file")});
    writeUnfinished(${JSON.stringify(join(folder, "model"))}, Buffer.from("half")).then(() => {
      console.log("written");
      setInterval(() => undefined, 1000);
    });`);
  expect(await said).toBe("written");
  const [left = ""] = readdirSync(folder);
  await saveNpy(join(folder, "model"), array); // another writer, while the first one runs
  expect(readdirSync(folder).sort()).toEqual([left, "model"].sort());
  kill();
  expect(await ended).toBe("SIGKILL");
  return left;
}

test("what a killed writer left is removed by the next writer, what a running one writes is not", async () => {
  const folder = temporaryFolder();
  const left = await killedWriter(folder);
  expect(readdirSync(folder).sort()).toEqual([left, "model"].sort());
  await saveNpy(join(folder, "model"), array);
  expect(readdirSync(folder)).toEqual(["model"]);
});

test("of a writer on another machine, a file goes when it did not change for an hour; files of other names stay", async () => {
  const folder = temporaryFolder();
  const elsewhere = `${unfinishedName().replace(/-[0-9a-f]{8}-/, "-00000000-")}.part`;
  const longAgo = elsewhere.replace("00000000", "11111111");
  const others = ["model.part", `x${elsewhere}`, elsewhere.replace(".part", "")];
  const reused = `${unfinishedName().replace(/-s\d+-/, "-s1-")}.part`; // its process is dead, and this one has its number
  for (const name of [elsewhere, longAgo, reused, ...others]) writeFileSync(join(folder, name), "half");
  for (const name of [longAgo, ...others]) utimesSync(join(folder, name), new Date(0), new Date(0));
  await saveNpy(join(folder, "model"), array);
  const kept = process.platform === "linux" ? [elsewhere] : [elsewhere, reused];
  expect(readdirSync(folder).sort()).toEqual([...kept, ...others, "model"].sort());
});

test("saveFiles removes what the older last file named and the new one does not, and what a killed writer left, no other", async () => {
  const folder = temporaryFolder();
  const sum = (digit: string) => digit.repeat(16);
  const path = (name: string) => join(folder, name);
  const save = (digit: string, ...more: string[]) =>
    saveFiles(folder, {
      [`part1of1-${sum(digit)}.bin`]: Uint8Array.of(1),
      "root.json": Buffer.from(JSON.stringify([`part1of1-${sum(digit)}.bin`, ...more])),
    });
  const kept = ["own.bin", `own-${sum("a")}.bin`, `part1of1-${sum("b")}.json`, `part2of2-${sum("c")}.bin`];
  for (const name of [...kept, `part2of2-${sum("d")}.bin`]) writeFileSync(path(name), "");
  for (const name of [...kept.slice(0, 3), `part2of2-${sum("d")}.bin`])
    utimesSync(path(name), new Date(0), new Date(0));
  await save("1", `own-${sum("a")}.bin`);
  expect(readdirSync(folder).sort()).toEqual([...kept, `part1of1-${sum("1")}.bin`, "root.json"].sort());
  await save("2");
  await save("2");
  expect(readdirSync(folder).sort()).toEqual([...kept, `part1of1-${sum("2")}.bin`, "root.json"].sort());
  expect(basename(JSON.parse(readFileSync(path("root.json"), "utf8"))[0])).toBe(`part1of1-${sum("2")}.bin`);
});
