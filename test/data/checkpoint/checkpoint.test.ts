import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  bestCheckpoint,
  type CheckpointContent,
  DataError,
  latestCheckpoint,
  listCheckpoints,
  loadSafetensors,
  readCheckpoint,
  writeCheckpoint,
} from "../../../src/data";
import { unfinishedName } from "../../../src/data/files/unfinished";
import { dataErrorOf, temporaryFolder } from "../support";
import { content, copy, expectContent, flip, latest, numbersIn } from "./support";

const DEAD = 999_999_999; // above any system's largest process number
const nan = Number.NaN;

describe("writing and reading", () => {
  test("readCheckpoint gives what writeCheckpoint wrote, bit for bit; the arrays are an ordinary safetensors file", async () => {
    const folder = join(temporaryFolder(), "deep", "run");
    const path = await writeCheckpoint(folder, content(12));
    expect(path).toBe(join(folder, "checkpoint-000000012"));
    expectContent(await readCheckpoint(path), 12);
    expect(Object.is((await readCheckpoint(path)).tensors.one?.data[0], -0)).toBe(true);
    const arrays = await loadSafetensors(join(path, "tensors.safetensors"));
    expect(arrays.lengths?.data).toEqual(Int32Array.of(12, -12));
  });

  test("listCheckpoints(folder) gives the folder's checkpoints, the newest first; an empty list without a folder", async () => {
    const folder = temporaryFolder();
    for (const number of [3, 7, 12]) await writeCheckpoint(folder, content(number));
    const listed = await listCheckpoints(folder);
    expect(listed.map(({ number }) => number)).toEqual([12, 7, 3]);
    expect(await listCheckpoints(join(folder, "none"))).toEqual([]);
  });

  test("a moved checkpoint can be read under any name, but not under another number", async () => {
    const folder = temporaryFolder();
    const path = await writeCheckpoint(folder, content(3));
    copy(path, join(folder, "mine"));
    expectContent(await readCheckpoint(join(folder, "mine")), 3);
    copy(path, join(folder, "checkpoint-000000004"));
    const error = await dataErrorOf(() => readCheckpoint(join(folder, "checkpoint-000000004")));
    expect(error).toMatchObject({ field: "number", actual: "3" });
  });

  test("latestCheckpoint and bestCheckpoint give undefined without a folder, and for an empty folder", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "notes.txt"), "");
    for (const path of [folder, join(folder, "none")]) {
      expect(await latestCheckpoint(path)).toBeUndefined();
      expect(await bestCheckpoint(path)).toBeUndefined();
    }
    expect((await dataErrorOf(() => latestCheckpoint(join(folder, "notes.txt")))).actual).toBe("ENOTDIR");
  });

  test.each<[string, (whole: CheckpointContent) => unknown, RegExp]>([
    ["a number that is none", (whole) => ({ ...whole, number: -1 }), /number: expected a whole number of at least 0/],
    ["NaN in the state", (whole) => ({ ...whole, state: { a: [{ b: nan }] } }), /state\.a\[0\]\.b: .*got NaN/],
    ["undefined in the state", (whole) => ({ ...whole, state: { a: undefined } }), /state\.a: .*got undefined/],
    ["a date", (whole) => ({ ...whole, state: { a: new Date(0) } }), /state\.a: .*got Date/],
    ["a typed array", (whole) => ({ ...whole, state: { a: new Float32Array(2) } }), /state\.a: .*got Float32Array/],
    ["a state that is a list", (whole) => ({ ...whole, state: [1] }), /state: expected a record/],
    [
      "data that are not the shape's",
      (whole) => ({ ...whole, tensors: { a: { data: new Float32Array(2), shape: [3] } } }),
      /3 values/,
    ],
    ["doubles", (whole) => ({ ...whole, tensors: { a: { data: new Float64Array(2), shape: [2] } } }), /Float32Array/],
    [
      "a name of the format's",
      (whole) => ({ ...whole, tensors: { __metadata__: { data: new Float32Array(1), shape: [1] } } }),
      /__metadata__/,
    ],
  ])("%s is refused, and nothing is left", async (_name, change, message) => {
    const folder = temporaryFolder();
    await writeCheckpoint(folder, content(1));
    const error = await dataErrorOf(() => writeCheckpoint(folder, change(content(2)) as CheckpointContent));
    expect(error.message).toMatch(message);
    expect(numbersIn(folder)).toEqual([1]);
  });

  test("writeCheckpoint refuses a circular state, and a keep or mode out of range", async () => {
    const folder = temporaryFolder();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const write = (more: object, options: object) => writeCheckpoint(folder, { ...content(1), ...more }, options);
    expect((await dataErrorOf(() => write({ state: circle }, {}))).expected).toBe("at most 32 levels");
    expect((await dataErrorOf(() => write({}, { keep: 0 }))).field).toBe("keep");
    expect((await dataErrorOf(() => write({}, { best: { value: 1, mode: "least" } }))).field).toBe("best.mode");
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("a -0 in the state or as the best value comes back as -0, and a text stays a text", async () => {
  const state = { loss: -0, list: [0, -0, { deep: -0 }], text: "-0", none: null };
  const path = await writeCheckpoint(temporaryFolder(), { ...content(1), state }, { best: { value: -0, mode: "min" } });
  const read = await readCheckpoint(path);
  expect(read.state).toStrictEqual(state); // which tells 0 from -0
  expect(read.best?.value).toBe(-0);
  const other = { ...content(1), state: { ...state, loss: 0 } };
  expect(await dataErrorOf(() => writeCheckpoint(join(path, ".."), other))).toMatchObject({ field: "number" });
});

describe("writeCheckpoint keeps", () => {
  test("the newest three by default", async () => {
    const folder = temporaryFolder();
    for (const number of [1, 2, 3, 4, 5]) await writeCheckpoint(folder, content(number));
    expect(numbersIn(folder)).toEqual([3, 4, 5]);
    await writeCheckpoint(folder, content(6), { keep: 1 });
    expect(numbersIn(folder)).toEqual([6]);
  });

  test.each([
    ["min", [5, 2, 2, nan, 3, 4], 2],
    ["max", [1, 7, Number.POSITIVE_INFINITY, 7, 3, 4], 2],
  ] as const)(
    "and the best besides (%s); of equals the first; NaN and infinity are never the best",
    async (mode, values, best) => {
      const folder = temporaryFolder();
      for (const [i, value] of values.entries()) {
        await writeCheckpoint(folder, content(i + 1), { keep: 2, best: { value, mode } });
      }
      expect(numbersIn(folder)).toEqual([best, 5, 6]);
      expectContent(await bestCheckpoint(folder), best);
      await writeCheckpoint(folder, content(7), { keep: 2 }); // without a value: the best stays the best
      expect(numbersIn(folder)).toEqual([best, 6, 7]);
    },
  );

  test("the next best when the best is damaged, and a line says so", async () => {
    const folder = temporaryFolder();
    const paths = [];
    for (const [i, value] of [3, 1, 2].entries()) {
      paths.push(await writeCheckpoint(folder, content(i + 1), { best: { value, mode: "min" } }));
    }
    flip(join(paths[1] as string, "tensors.safetensors"), 700);
    const said: string[] = [];
    expectContent(await bestCheckpoint(folder, { say: (line) => said.push(line) }), 3);
    expect(said).toHaveLength(1);
    flip(join(paths[2] as string, "checkpoint.json"), 10);
    expectContent(await bestCheckpoint(folder, { say: (line) => said.push(line) }), 1);
    expect(said).toHaveLength(3);
  });

  test("unfinished folders of live processes, and removes those of dead processes and old ones", async () => {
    const folder = temporaryFolder();
    const dead = unfinishedName().replace(`-${process.pid}-`, `-${DEAD}-`);
    const living = unfinishedName();
    const elsewhere = dead.replace(/-[0-9a-f]{8}-/, "-00000000-");
    const longAgo = elsewhere.replace("00000000", "11111111");
    for (const name of [dead, living, elsewhere, longAgo, ".unfinished-mine"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "tensors.safetensors"), "half");
    }
    utimesSync(join(folder, longAgo), new Date(0), new Date(0));
    await writeCheckpoint(folder, content(1));
    const names = readdirSync(folder).sort();
    expect(names).toEqual([".unfinished-mine", living, elsewhere, "checkpoint-000000001"].sort());
  });
});

describe("a damaged newest checkpoint", () => {
  test("is skipped with one line; when all are damaged, the error is the newest one's", async () => {
    const folder = temporaryFolder();
    const [one, two, three] = [
      await writeCheckpoint(folder, content(1)),
      await writeCheckpoint(folder, content(2)),
      await writeCheckpoint(folder, content(3)),
    ];
    rmSync(join(three, "checkpoint.json"));
    flip(join(two, "tensors.safetensors"), 700);
    const [found, said] = await latest(folder);
    expectContent(found, 1);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/checkpoint-000000003.*expected a readable file, got ENOENT$/);
    expect(said[1]).toMatch(/checkpoint-000000002.*SHA-256/);
    rmSync(join(one, "tensors.safetensors"));
    expect((await dataErrorOf(() => latest(folder))).file).toBe(join(three, "checkpoint.json"));
  });

  test("that is a file or a broken link is skipped, and replaced", async () => {
    const folder = temporaryFolder();
    await writeCheckpoint(folder, content(1));
    symlinkSync(join(folder, "nowhere"), join(folder, "checkpoint-000000003"));
    writeFileSync(join(folder, "checkpoint-000000002"), "");
    mkdirSync(join(folder, "checkpoint-000000004"));
    const [found, said] = await latest(folder);
    expectContent(found, 1);
    expect(said).toHaveLength(3);
    await writeCheckpoint(folder, content(2));
    expect(numbersIn(folder)).toEqual([1, 2]);
  });

  test("is replaced: a training continues from the one before it and writes the same numbers again", async () => {
    const folder = temporaryFolder();
    const paths = [];
    for (const number of [3, 6, 9, 12]) paths.push(await writeCheckpoint(folder, content(number), { keep: 4 }));
    for (const path of paths.slice(2)) flip(join(path, "checkpoint.json"), 30);
    const [found] = await latest(folder);
    expectContent(found, 6);
    await writeCheckpoint(folder, content(9), { keep: 4 });
    expect(numbersIn(folder)).toEqual([3, 6, 9]);
    const [next, said] = await latest(folder);
    expectContent(next, 9);
    expect(said).toEqual([]);
  });
});

describe("numbers and writers", () => {
  test("the same checkpoint again changes nothing; other content with its number, or a lower number, is refused", async () => {
    const folder = temporaryFolder();
    const path = await writeCheckpoint(folder, content(5));
    expect(await writeCheckpoint(folder, content(5))).toBe(path);
    const other = await dataErrorOf(() => writeCheckpoint(folder, { ...content(5), state: {} }));
    expect(other).toMatchObject({ field: "number", actual: "5" });
    const lower = await dataErrorOf(() => writeCheckpoint(folder, content(4)));
    expect(lower.message).toMatch(/expected one above 5, the newest there, got 4/);
    expect(numbersIn(folder)).toEqual([5]);
    expectContent(await readCheckpoint(path), 5);
  });

  test("single-writer check: of two processes that write to one folder, the one that finds a newer checkpoint is refused", async () => {
    const folder = temporaryFolder();
    await writeCheckpoint(folder, content(1));
    await writeCheckpoint(join(folder, "other"), content(2)); // what another process would write
    copy(join(folder, "other", "checkpoint-000000002"), join(folder, "checkpoint-000000002"));
    rmSync(join(folder, "other"), { recursive: true });
    const error = await dataErrorOf(() => writeCheckpoint(folder, content(3)));
    expect(error).toMatchObject({ field: "writers", actual: "checkpoint 2 of another process" });
    expect(numbersIn(folder)).toEqual([1, 2]);
    expectContent(await latestCheckpoint(folder), 2); // whoever takes up the newest may go on
    await writeCheckpoint(folder, content(3));
    expect(numbersIn(folder)).toEqual([1, 2, 3]);
  });

  test("a folder that was emptied by hand begins anew", async () => {
    const folder = temporaryFolder();
    await writeCheckpoint(folder, content(50));
    rmSync(folder, { recursive: true });
    await writeCheckpoint(folder, content(1));
    expect(numbersIn(folder)).toEqual([1]);
  });

  test("many simultaneous writers: all remaining checkpoints are undamaged, and the newest is among them", async () => {
    const folder = temporaryFolder();
    const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
    const results = await Promise.allSettled(numbers.map((number) => writeCheckpoint(folder, content(number))));
    for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(DataError);
    const [found, said] = await latest(folder);
    expectContent(found, 20);
    expect(said).toEqual([]);
    for (const number of numbersIn(folder)) {
      expectContent(await readCheckpoint(join(folder, `checkpoint-${String(number).padStart(9, "0")}`)), number);
    }
  });
});

describe("names in a checkpoint", () => {
  test("are only keys: __proto__, constructor, relative and absolute paths", async () => {
    const folder = temporaryFolder();
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "../x",
      "/etc/passwd",
      "a\\b",
      "C:\\x",
      "",
      "\u0000",
      "0",
      "1",
    ];
    const one = (value: number) => ({ data: Float32Array.of(value), shape: [1] });
    const tensors = Object.fromEntries(names.map((name, i) => [name, one(i)]));
    expect(Object.keys(tensors)).toHaveLength(names.length);
    const path = await writeCheckpoint(join(folder, "run"), { number: 1, tensors, state: {} });
    const read = (await readCheckpoint(path)).tensors;
    expect(Object.keys(read).sort()).toEqual([...names].sort());
    expect(Object.getPrototypeOf(read)).toBe(null);
    for (const [i, name] of names.entries()) expect(read[name]?.data).toEqual(Float32Array.of(i));
    expect(({} as { data?: unknown }).data).toBeUndefined();
    expect(readdirSync(folder)).toEqual(["run"]);
    expect(readdirSync(path).sort()).toEqual(["checkpoint.json", "tensors.safetensors"]);
  });

  test("writeCheckpoint refuses __proto__ in the state", async () => {
    const state = JSON.parse('{ "a": { "__proto__": { "polluted": true } } }');
    const error = await dataErrorOf(() => writeCheckpoint(temporaryFolder(), { ...content(1), state }));
    expect(error.message).toMatch(/state\.a: expected keys other than __proto__/);
  });

  test("readCheckpoint does not follow a link and does not read a folder in a file's place", async () => {
    const folder = temporaryFolder();
    const path = await writeCheckpoint(folder, content(1));
    const file = join(path, "tensors.safetensors");
    const outside = join(folder, "outside");
    writeFileSync(outside, readFileSync(file));
    rmSync(file);
    symlinkSync(outside, file);
    expect((await dataErrorOf(() => readCheckpoint(path))).field).toBe("access");
    rmSync(file);
    mkdirSync(file);
    expect((await dataErrorOf(() => readCheckpoint(path))).actual).toBe("a folder");
    expect(existsSync(outside)).toBe(true);
  });

  test.skipIf(process.platform === "win32")("readCheckpoint does not wait for a pipe in a file's place", async () => {
    const path = await writeCheckpoint(temporaryFolder(), content(1));
    const file = join(path, "tensors.safetensors");
    rmSync(file);
    expect(spawnSync("mkfifo", [file]).status).toBe(0);
    expect((await dataErrorOf(() => readCheckpoint(path))).field).toBe("kind");
  });
});
