import { checkBytes, DataError } from "../errors";

/**
 * The columns of a CSV text, by the names in its header line. Each column has one string for each line below the
 * header.
 */
export type CsvColumns = Readonly<Record<string, readonly string[]>>;

/**
 * Reads CSV (RFC 4180) with a header line. Cells may be in double quotes, and "" is a quote inside them; a quoted cell
 * must end on its line. Empty lines are skipped.
 *
 * @example
 *   const { readFile } = await import("node:fs/promises");
 *   const columns = readCsv(await readFile("days.csv"), "days.csv");
 *   const values = csvNumbers(columns, ["high", "low"], "days.csv"); // [lines, 2]
 *
 * @param file the file's name, for errors
 * @throws DataError naming the line when a quote is left open or a line has more or fewer cells than the header
 */
export function readCsv(bytes: Uint8Array, file: string): CsvColumns {
  checkBytes(file, bytes);
  const text = new TextDecoder("utf-8").decode(bytes); // drops a byte order mark
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, number: i + 1 }));
  const [header, ...rows] = lines
    .filter(({ line }) => line !== "")
    .map((each) => ({ ...each, cells: cellsOf(each, file) }));
  if (header === undefined) throw new DataError(file, "header", "a line with the columns' names", "an empty file");
  const duplicate = header.cells.find((name, i) => header.cells.indexOf(name) < i);
  if (duplicate !== undefined) throw new DataError(file, "header", "names that differ", `"${duplicate}" twice`);
  for (const { cells, number } of rows) {
    if (cells.length === header.cells.length) continue;
    throw new DataError(file, `line ${number}`, `${header.cells.length} cells, as the header has`, `${cells.length}`);
  }
  return Object.fromEntries(header.cells.map((name, i) => [name, rows.map(({ cells }) => cells[i] as string)]));
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

function cellsOf({ line, number }: { line: string; number: number }, file: string): string[] {
  const cells: string[] = [];
  CELL.lastIndex = 0;
  for (;;) {
    const found = CELL.exec(line);
    if (found === null)
      throw new DataError(file, `line ${number}`, "cells, quoted from end to end or not at all", line);
    const [, quoted, bare, end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? (bare as string));
    if (end === "") return cells;
  }
}

/**
 * Some columns as numbers, one row for each line: `[lines, columns]`, float32.
 *
 * @example
 *   const columns = readCsv(new TextEncoder().encode("high,low\n3,1\n4,2\n"), "days.csv");
 *   const values = csvNumbers(columns, ["high", "low"], "days.csv"); // 3, 1, 4, 2
 *
 * @throws DataError naming the column that is missing, or the cell that is not a finite number
 */
export function csvNumbers(columns: CsvColumns, names: readonly string[], file: string): Float32Array {
  const texts = names.map((name) => csvColumn(columns, name, file));
  const values = new Float32Array((texts[0]?.length ?? 0) * names.length);
  texts.forEach((column, j) => {
    column.forEach((text, i) => {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      if (!Number.isFinite(value)) {
        throw new DataError(file, `${names[j]}, row ${i + 1}`, "a finite number", JSON.stringify(text));
      }
      values[i * names.length + j] = value;
    });
  });
  return values;
}

/**
 * The strings of a column.
 *
 * @example
 *   const columns = readCsv(new TextEncoder().encode("day,low\n2026-11-28,1\n"), "days.csv");
 *   const days = csvColumn(columns, "day", "days.csv"); // [ "2026-11-28" ]
 *
 * @throws DataError when no column has this name
 */
export function csvColumn(columns: CsvColumns, name: string, file: string): readonly string[] {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined) return column;
  throw new DataError(file, "columns", `one named "${name}"`, Object.keys(columns).join(", "));
}
