import { describe } from "../../../arguments";
import { checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { type CsvColumns, checkFile, csvColumn } from "./read-csv";

/** The options of `csvNumbers`: how the file writes numbers. */
export interface CsvNumbersOptions {
  /** The mark before the fraction: "," reads 3,5 as 3.5. Default: ".". */
  decimal?: "." | ",";
  /** The mark between groups of three digits: "." with `decimal: ","` reads 1.234,5. Default: none, and such a cell is refused. */
  thousands?: "." | "," | " " | "'";
}

/**
 * Some columns as numbers, one row for each line: `[lines, columns]`, float32.
 *
 * @example
 *   const columns = readCsv(new TextEncoder().encode("high,low\n3,1\n4,2\n"), "days.csv");
 *   const values = csvNumbers(columns, ["high", "low"], "days.csv"); // 3, 1, 4, 2
 *
 * @throws DataError naming the column that is missing, or the cell that is not a finite decimal number
 */
export function csvNumbers(
  columns: CsvColumns,
  names: readonly string[],
  file: string,
  options: CsvNumbersOptions = {},
): Float32Array {
  checkFile("csvNumbers", file);
  if (!Array.isArray(names)) {
    const example = typeof names === "string" ? `[${JSON.stringify(names)}]` : '["high", "low"]';
    throw new DataError("csvNumbers", "names", `a list of columns' names: ${example}`, describe(names));
  }
  const read = readerOf(options);
  const texts = names.map((name) => csvColumn(columns, name, file));
  const values = new Float32Array((texts[0]?.length ?? 0) * names.length);
  texts.forEach((column, j) => {
    column.forEach((text, i) => {
      const value = read(text);
      if (!Number.isFinite(value)) {
        const hint = hintFor(text);
        throw new DataError(file, `${names[j]}, row ${i + 1}`, `a finite number${hint}`, JSON.stringify(text));
      }
      values[i * names.length + j] = value;
    });
  });
  return values;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What makes a number of a cell; NaN where the cell is no number. @throws DataError for marks that are not marks */
function readerOf(options: CsvNumbersOptions): (text: string) => number {
  checkOptions("csvNumbers", options, ["decimal", "thousands"]);
  const { decimal = ".", thousands } = options;
  checkMark("decimal", decimal, [".", ","]);
  if (thousands !== undefined)
    checkMark(
      "thousands",
      thousands,
      [".", ",", " ", "'"].filter((mark) => mark !== decimal),
    );
  const mark = thousands === " " ? "\\s" : thousands; // French files have a space that does not break
  const groups = thousands === undefined ? undefined : new RegExp(`^[+-]?\\d{1,3}(?:[${mark}]\\d{3})+(?!\\d)`);
  return (cell) => {
    const text = cell.trim().replace(groups ?? /$^/, (whole) => whole.replace(/[^+\d-]/g, ""));
    if (decimal === "," && text.includes(".")) return Number.NaN;
    const point = text.replace(decimal, ".");
    return NUMBER.test(point) ? Number(point) : Number.NaN;
  };
}

function checkMark(field: string, mark: string, marks: readonly string[]): void {
  if (marks.includes(mark)) return;
  const expected = marks.map((each) => JSON.stringify(each)).join(" or ");
  throw new DataError("csvNumbers", field, expected, JSON.stringify(mark) ?? typeof mark);
}

const OTHERS: readonly [string, CsvNumbersOptions][] = [
  ['{ decimal: "," }', { decimal: "," }],
  ['{ thousands: "," }', { thousands: "," }],
  ['{ decimal: ",", thousands: "." }', { decimal: ",", thousands: "." }],
  ['{ thousands: " " }', { thousands: " " }],
];

/** The options that would read a cell, and as what number: " ({ decimal: "," } reads it as 3.5)"; or nothing. */
function hintFor(text: string): string {
  const readings = OTHERS.map(([name, options]) => [name, readerOf(options)(text)] as const);
  const possible = readings.filter(
    ([, value], i) => Number.isFinite(value) && readings.findIndex((each) => each[1] === value) === i,
  );
  return possible.length === 0
    ? ""
    : ` (${possible.map(([name, value]) => `${name} reads it as ${value}`).join(", ")})`;
}
