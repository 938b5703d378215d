import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RAIN_COLUMNS, type RainHour, rainColumn, readRainHours } from "../../../src/data";
import { dataErrorOf, RAIN_HEADER as HEADER, rainRow as row, temporaryFolder } from "../support";

function written(...lines: string[]): string {
  const path = join(temporaryFolder(), "train.csv");
  writeFileSync(path, lines.join("\n"));
  return path;
}

async function all(path: string): Promise<RainHour[]> {
  const hours: RainHour[] = [];
  for await (const hour of readRainHours(path)) hours.push(hour);
  return hours;
}

test("RAIN_COLUMNS are the competition's columns", () => {
  expect(RAIN_COLUMNS.length).toBe(22);
  expect(RAIN_COLUMNS.slice(0, 8)).toEqual([
    ...["minutes_past", "radardist_km", "Ref", "Ref_5x5_10th", "Ref_5x5_50th", "Ref_5x5_90th"],
    ...["RefComposite", "RefComposite_5x5_10th"],
  ]);
  expect(RAIN_COLUMNS.at(-1)).toBe("Kdp_5x5_90th");
});

test("readRainHours(path) gives the hours one by one, with scans sorted by time and NaN for empty fields", async () => {
  const path = written(
    HEADER,
    row(1, 30, { radardist_km: 10 }, 0.254),
    row(1, 3, { radardist_km: 10, Ref: -1.5, Kdp_5x5_90th: 7 }, 0.254),
    `${row(7, 0, { Ref: 9 }, 1.0160005)}\r`,
    "",
  );
  const [first, second, ...others] = await all(path);
  expect(others).toEqual([]);
  expect([first?.id, first?.expected, first?.scans.shape]).toEqual([1, 0.254, [2, 22]]);
  expect([...rainColumn(first as RainHour, "minutes_past")]).toEqual([3, 30]);
  expect([...rainColumn(first as RainHour, "Ref")]).toEqual([-1.5, Number.NaN]);
  expect([...rainColumn(first as RainHour, "Kdp_5x5_90th")]).toEqual([7, Number.NaN]);
  expect([second?.id, second?.expected]).toEqual([7, 1.0160005]);
});

test("readRainHours finds columns by name, in any order, and ignores others", async () => {
  const names = [...HEADER.split(",").reverse(), "station"];
  const values = [...row(4, 12, { Ref: 33 }, 2).split(",").reverse(), "KDMX"];
  const [hour] = await all(written(names.join(","), values.join(",")));
  expect([hour?.id, hour?.expected, ...rainColumn(hour as RainHour, "Ref")]).toEqual([4, 2, 33]);
});

test.each([
  ["line 3, column Ref: expected a number, or nothing, got wet", row(1, 5, { Ref: "wet" }, 1)],
  ["line 3, column Ref: expected a number, or nothing, got Infinity", row(1, 5, { Ref: "Infinity" }, 1)],
  ["line 3, column minutes_past: expected a whole number from 0 to 59, got 60", row(1, 60, {}, 1)],
  ["line 3, column minutes_past: expected a whole number from 0 to 59, got ", row(1, "", {}, 1)],
  ["line 3, column Expected: expected 1, as above, got 2", row(1, 5, {}, 2)],
  ["line 3, column Expected: expected an amount of 0 mm or more, got -1", row(2, 5, {}, -1)],
  ["line 3, column Id: expected more than 1, rows by ascending Id, got 0", row(0, 5, {}, 1)],
  ["line 3, column Id: expected a whole number, got 1.5", row(1.5, 5, {}, 1)],
  ["line 3: expected 24 fields, as line 1 has, got 25", `${row(1, 5, {}, 1)},9`],
])("refused, by line and column: %s", async (message, line) => {
  const path = written(HEADER, row(1, 0, {}, 1), line);
  expect((await dataErrorOf(() => all(path))).message).toBe(`${path}: ${message}`);
});

test("readRainHours refuses a file that is empty, lacks a column, has no line ends or does not exist", async () => {
  const refusal = async (path: string) => (await dataErrorOf(() => all(path))).message.slice(path.length + 2);
  expect(await refusal(written(""))).toBe("line 1: expected the columns' names, got an empty file");
  expect(await refusal(written(HEADER.replace(",Zdr,", ",")))).toMatch(/^line 1: expected a column Zdr, got Id,/);
  expect(await refusal(written("x".repeat(2 << 20)))).toMatch(/^line 1: expected at most 10000 characters/);
  expect(await refusal(join(temporaryFolder(), "none.csv"))).toBe("access: expected a readable file, got ENOENT");
});

test("readRainHours reads a big file in chunks: the first hour does not need the file's end, and cut lines are joined", async () => {
  const path = written(HEADER, "");
  const rows = Array.from({ length: 1_000 }, (_, i) => row(i, 1, { Ref: i / 2, RhoHV_5x5_10th: 0.99833333 }, i));
  for (let part = 0; part < 30; part++) {
    const moved = rows.map((line, i) => line.replace(/^\d+/, String(part * 1_000 + i)));
    appendFileSync(path, `${moved.join("\n")}\n`); // 1.5 MB altogether, more than one chunk
  }
  appendFileSync(path, "spoilt");
  let count = 0;
  const read = async () => {
    for await (const hour of readRainHours(path)) {
      expect([hour.id, hour.expected]).toEqual([count, count % 1_000]);
      count++;
    }
  };
  expect((await dataErrorOf(read)).field).toBe("line 30002");
  expect(count).toBe(29_999); // all but the last, which might have gone on
});
