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

test("readCsv(bytes, file, { separator }) reads other separators, and a file that has one without the option is refused", async () => {
  const german = "Woche;Umsatz\n2021-01-04;1205,68\n";
  const bytes = new TextEncoder().encode(german);
  expect(readCsv(bytes, "days.csv", { separator: ";" })).toEqual({ Woche: ["2021-01-04"], Umsatz: ["1205,68"] });
  expect(readCsv(new TextEncoder().encode("a\tb c\n1\t\n"), "t", { separator: "\t" })).toEqual({
    a: ["1"],
    "b c": [""],
  });
  expect(readCsv(new TextEncoder().encode("a|b\n1|2\n"), "t", { separator: "|" })).toEqual({ a: ["1"], b: ["2"] });
  expect(readCsv(new TextEncoder().encode("a;b\n1;2\n"), "t", { separator: "," })).toEqual({ "a;b": ["1;2"] });
  const { message } = await dataErrorOf(() => read(german));
  expect(message).toBe(
    'days.csv: header: expected names with commas between them, or the option { separator: ";" }, got "Woche;Umsatz"',
  );
  const quoted = await dataErrorOf(() => read('"Woche";"Umsatz, netto"\n"4. Januar";"1,5"\n'));
  expect(quoted.message).toContain('the option { separator: ";" }');
  expect(read('"a;b"\n1\n')).toEqual({ "a;b": ["1"] });
  for (const separator of ["", '"', ";;", "\n"]) {
    expect((await dataErrorOf(() => readCsv(bytes, "days.csv", { separator }))).field).toBe("separator");
  }
});

test("readCsv(bytes, file, { encoding }) reads other encodings, and bytes that are not UTF-8 are refused without it", async () => {
  const western = Uint8Array.from(Buffer.from("caf\u00e9\n1\n", "latin1"));
  expect(readCsv(western, "days.csv", { encoding: "windows-1252" })).toEqual({ caf\u00e9: ["1"] });
  const quotes = Uint8Array.of(0x93, 0x80, 0x94, 0x96, 0x9f, 0x0a, 0xff);
  expect(readCsv(quotes, "days.csv", { encoding: "latin1" })).toEqual({ "“€”–Ÿ": ["ÿ"] });
  expect((await dataErrorOf(() => readCsv(western, "days.csv"))).message).toBe(
    'days.csv: byte 3: expected UTF-8, or the option { encoding: "windows-1252" } or another, got 0xe9',
  );
  const wide = Uint8Array.from(Buffer.from("\ufeffa,b\r\n1,2\r\n", "utf16le"));
  expect(readCsv(wide, "days.csv", { encoding: "utf-16le" })).toEqual({ a: ["1"], b: ["2"] });
  expect((await dataErrorOf(() => readCsv(wide, "days.csv"))).message).toContain(
    '{ encoding: "utf-16le" }, got UTF-16',
  );
  expect((await dataErrorOf(() => readCsv(western, "days.csv", { encoding: "utf-8" }))).field).toBe("encoding");
  expect((await dataErrorOf(() => readCsv(western, "days.csv", { encoding: "ansi" }))).actual).toBe('"ansi"');
});

test("readCsv(bytes, file) takes every line end, and line ends inside quotes", async () => {
  expect(read("a,b\r1,2\r3,4\r")).toEqual({ a: ["1", "3"], b: ["2", "4"] });
  expect(read('a,says\n1,"two\r\nlines, ""both"""\n2,x')).toEqual({
    a: ["1", "2"],
    says: ['two\r\nlines, "both"', "x"],
  });
  expect((await dataErrorOf(() => read('a,b\n1,"x\ny"\n\n1,2,3\n'))).field).toBe("line 5");
  expect((await dataErrorOf(() => read('a,b\n1,"x\n2,"y"\n'))).field).toBe("line 2");
});

test("readCsv(bytes, file) keeps an empty line of a file with one column: it is a missing value", async () => {
  const columns = read("low\n1\n\n3\n\n\n");
  expect(columns).toEqual({ low: ["1", "", "3"] });
  expect((await dataErrorOf(() => csvNumbers(columns, ["low"], "days.csv"))).field).toBe("low, row 2");
});

test.each([
  ["1205,68", { decimal: "," }, 1205.68],
  ["1.205,68", { decimal: ",", thousands: "." }, 1205.68],
  ["-12,345,678.5", { thousands: "," }, -12345678.5],
  ["1\u202f205", { thousands: " " }, 1205],
  ["1'205.5", { thousands: "'" }, 1205.5],
  [" 7 ", { decimal: ",", thousands: "." }, 7],
  ["1.5e3", {}, 1500],
] as const)("csvNumbers(columns, names, file) reads %j with %j", (text, options, value) => {
  expect(csvNumbers({ a: [text] }, ["a"], "days.csv", options)).toEqual(Float32Array.of(value));
});

test.each([
  ["1.205", { decimal: "," }],
  ["1.20,5", { decimal: ",", thousands: "." }],
  ["1,2", { thousands: "," }],
  ["1,2345", { thousands: "," }],
  ["1,2,3", { decimal: "," }],
  ["0x10", {}],
  ["12%", {}],
] as const)("csvNumbers(columns, names, file) refuses %j with %j: it is no number there", async (text, options) => {
  const error = await dataErrorOf(() => csvNumbers({ a: [text] }, ["a"], "days.csv", options));
  expect(error.message).toContain("days.csv: a, row 1: expected a finite number");
});

test("csvNumbers(columns, names, file) names the options that read the cell, and the column that is meant", async () => {
  const columns = read('Sales (EUR), low,sum\n1,2,"1,205"\n');
  expect((await dataErrorOf(() => csvNumbers(columns, ["sum"], "days.csv"))).expected).toBe(
    'a finite number ({ decimal: "," } reads it as 1.205, { thousands: "," } reads it as 1205)',
  );
  expect((await dataErrorOf(() => csvNumbers(columns, ["low"], "days.csv"))).actual).toBe(
    '"Sales (EUR)", " low", "sum" (did you mean  low?)',
  );
  expect((await dataErrorOf(() => csvNumbers(columns, ["Sales (Eur)"], "days.csv"))).actual).toContain(
    "mean Sales (EUR)?",
  );
  const noList: unknown = "sum";
  expect((await dataErrorOf(() => csvNumbers(columns, noList as string[], "days.csv"))).message).toBe(
    'csvNumbers: names: expected a list of columns\' names: ["sum"], got string sum',
  );
  const marks: unknown = { decimal: ",", thousands: "," };
  expect((await dataErrorOf(() => csvNumbers(columns, ["sum"], "days.csv", marks as object))).field).toBe("thousands");
});

test("a forgotten file name, and one column's name in place of a list, are refused by the function's name", async () => {
  const bytes = new TextEncoder().encode("a,b\n1,2\n");
  const file = undefined as never;
  expect((await dataErrorOf(() => readCsv("a.csv" as never, file))).message).toContain(
    "readCsv: file: expected the file's",
  );
  const columns = readCsv(bytes, "a.csv");
  expect((await dataErrorOf(() => csvNumbers(columns, ["a"], file))).message).toContain("csvNumbers: file: expected");
  expect((await dataErrorOf(() => csvColumn(columns, "a", file))).message).toContain("csvColumn: file: expected");
  for (const names of ["a", undefined]) {
    const error = await dataErrorOf(() => csvNumbers(columns, names as never, "a.csv"));
    expect(error.message).toMatch(/^csvNumbers: names: expected a list of columns' names: \["/);
  }
});
