import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Chords, counterpoint, loadChorales } from "../../../src/data";
import { choralesOf } from "../../../src/data/sources/chorales";
import { tarOf } from "../formats/tar-of";
import { dataErrorOf, realFolder, temporaryFolder } from "../support";
import { alone } from "./text/support";

const chordCount = (chorales: readonly Chords[]) => chorales.reduce((sum, { shape: [steps] }) => sum + steps, 0);

test.skipIf(!realFolder)("loadChorales() gives 229, 76 and 77 chorales, the chords of the published file", async () => {
  const chorales = await loadChorales(alone({ folder: realFolder as string }));
  const parts = [chorales.train, chorales.validation, chorales.test];
  expect(parts.map((part) => [part.length, chordCount(part)])).toEqual([
    [229, 55_228],
    [76, 18_408],
    [77, 18_900],
  ]);
  expect([chorales.source.kind, Array.from(chorales.train[0]?.data.subarray(0, 4) ?? [])]).toEqual([
    "real",
    [74, 70, 65, 58],
  ]);
  const hash = createHash("sha256"); // of all notes in order; Python made the same of jsb_chorales.json
  for (const { data } of parts.flat()) hash.update(Uint8Array.from(data));
  expect(hash.digest("hex")).toBe("12a2061641c19aee2f3c509e918320da64023085e123ca1247de2bf9e6027af3");
});

const HEADER = "note0,note1,note2,note3\n";
const good = { "train/a.csv": `${HEADER}72,67,64,0\n`, "valid/b.csv": `${HEADER}72,67,64,48\n` };

test("choralesOf(archive) reads a chord a line, each part in the order of its names", () => {
  const files = { ...good, "train/0.csv": `${HEADER}1,2,3,4\n5,6,7,8\n`, "test/c.csv": `${HEADER}60,0,0,0\n` };
  const { train, validation, test: last } = choralesOf(tarOf(files), "a.tgz");
  expect(train.map(({ data, shape }) => [shape, ...data])).toEqual([
    [[2, 4], 1, 2, 3, 4, 5, 6, 7, 8],
    [[1, 4], 72, 67, 64, 0],
  ]);
  expect([validation.length, last[0]?.data]).toEqual([1, Int32Array.of(60, 0, 0, 0)]);
});

test.each([
  ["another folder", { "other/c.csv": HEADER }, "a.tgz: other/c.csv: expected a file in train, valid or test"],
  ["no chorale in a part", {}, "a.tgz: test: expected at least one chorale, got none"],
  ["another header", { "test/c.csv": "a,b\n1,2\n" }, "test/c.csv: header: expected note0,note1,note2,note3, got a,b"],
  ["no chord", { "test/c.csv": HEADER }, "test/c.csv: size: expected at least one chord, got none"],
  [
    "a note that is too high",
    { "test/c.csv": `${HEADER}60,60,60,128\n` },
    "test/c.csv: note3, line 2: expected a MIDI",
  ],
  [
    "a note that is no number",
    { "test/c.csv": `${HEADER}60,60,1e1,60\n` },
    "test/c.csv: note2, line 2: expected a MIDI",
  ],
  ["too few voices", { "test/c.csv": `${HEADER}60,60\n` }, "test/c.csv: line 2: expected 4 cells"],
])("choralesOf refuses %s, and names it", async (_, files, expected) => {
  const error = await dataErrorOf(() => choralesOf(tarOf({ ...good, ...files }), "a.tgz"));
  expect(error.message).toContain(expected);
});

test("loadChorales() without the file generates chords, the same at every call, and one line says so", async () => {
  const lines: string[] = [];
  const first = await loadChorales(alone({ log: (line) => void lines.push(line) }));
  expect(lines).toEqual([expect.stringMatching(/^stand-in data: chords .*jsb_chorales\.tgz could not be had/)]);
  expect(await loadChorales(alone())).toEqual(first);
  expect([first.source.kind, first.train.length, first.validation.length, first.test.length]).toEqual([
    ...["stand-in", 60, 20, 20],
  ]);
  const all = [...first.train, ...first.validation, ...first.test];
  expect(all.every(({ shape: [steps, voices] }) => steps >= 100 && voices === 4)).toBe(true);
  expect(all.every(({ data }) => data.every((note) => note >= 36 && note <= 81))).toBe(true);
  expect(counterpoint(all).chordChanges).toBeGreaterThan(1_000);
});

test("loadChorales({ standIn: false }) throws without the file; a wrong file in the folder is refused", async () => {
  expect((await dataErrorOf(() => loadChorales(alone({ standIn: false })))).message).toBe(
    "loadChorales: jsb_chorales.tgz: expected it in a folder, the cache or a mirror, got no mirror was given",
  );
  const folder = temporaryFolder();
  mkdirSync(join(folder, "jsb-chorales"));
  writeFileSync(join(folder, "jsb-chorales", "jsb_chorales.tgz"), "no archive");
  expect((await dataErrorOf(() => loadChorales(alone({ folder })))).message).toContain("expected 117661 bytes, got 10");
});
