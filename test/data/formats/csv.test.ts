import { expect, test } from "vitest";
import { csvColumn, csvNumbers, readCsv } from "../../../src/data";
import { dataErrorOf } from "../support";

const read = (text: string) => readCsv(new TextEncoder().encode(text), "days.csv");

test("readCsv(bytes, file) gives columns by name, without the quotes", () => {
  expect(read('"Date","Temp"\n"1981-01-01",20.7\r\n"1981-01-02",\n\n')).toEqual({
    Date: ["1981-01-01", "1981-01-02"],
    Temp: ["20.7", ""],
  });
  expect(read('name,says\nA,"one, ""two"""\n')).toEqual({ name: ["A"], says: ['one, "two"'] });
  expect(read("﻿a\n1")).toEqual({ a: ["1"] });
  expect(read("a,b\n")).toEqual({ a: [], b: [] });
});

test.each([
  ["", "header: expected a line with the columns' names, got an empty file"],
  ["a,a\n1,2", 'header: expected names that differ, got "a" twice'],
  ["a,b\n1,2\n\n1,2,3\n", "line 4: expected 2 cells, as the header has, got 3"],
  ['a,b\n1,"2', "line 2: expected cells, quoted from end to end or not at all"],
  ['a,b\n1,"2"3', "line 2: expected cells, quoted"],
])("readCsv refuses %j, and says where", async (text, message) => {
  expect((await dataErrorOf(() => read(text))).message).toContain(`days.csv: ${message}`);
});

test("csvNumbers(columns, names, file) gives one row for each line, and refuses a cell that is not a number", async () => {
  const columns = read("date,high,low\nx,2.5,1\ny,3e1,-4\n");
  expect(csvNumbers(columns, ["low", "high"], "days.csv")).toEqual(Float32Array.of(1, 2.5, -4, 30));
  expect((await dataErrorOf(() => csvNumbers(columns, ["low", "volume"], "days.csv"))).message).toBe(
    'days.csv: columns: expected one named "volume", got date, high, low',
  );
  for (const bad of ["", "?", "Infinity"]) {
    const error = await dataErrorOf(() => csvNumbers(read(`a,b\n1,2\n3,${bad}\n`), ["a", "b"], "days.csv"));
    expect(error.message).toBe(`days.csv: b, row 2: expected a finite number, got "${bad}"`);
  }
  expect((await dataErrorOf(() => csvColumn(columns, "toString", "days.csv"))).field).toBe("columns");
});
