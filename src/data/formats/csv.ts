import { DataError } from "../errors";

/** The columns of a CSV text by the names in its header line, each with one text for each line below. */
export type CsvColumns = Readonly<Record<string, readonly string[]>>;

/**
 * Reads CSV (RFC 4180) with a header line. Cells may be in double quotes, "" is a quote within; a quoted cell may not go
 * over a line's end. Empty lines are passed over.
 *
 * @param file its name, for errors
 * @throws DataError naming the line when a quote is left open or a line has more or fewer cells than the header
 */
export function readCsv(bytes: Uint8Array, file: string): CsvColumns {
  const text = new TextDecoder("utf-8").decode(bytes); // without the byte order mark
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, number: i + 1 }));
  const [header, ...rows] = lines
    .filter(({ line }) => line !== "")
    .map((each) => ({ ...each, cells: cellsOf(each, file) }));
  if (header === undefined) throw new DataError(file, "header", "a line with the columns' names", "an empty file");
  const twice = header.cells.find((name, i) => header.cells.indexOf(name) < i);
  if (twice !== undefined) throw new DataError(file, "header", "names that differ", `"${twice}" twice`);
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
 * @throws DataError naming the column that is missing, or the cell that is no finite number
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

/** A column's texts. @throws DataError when there is none of that name */
export function csvColumn(columns: CsvColumns, name: string, file: string): readonly string[] {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined) return column;
  throw new DataError(file, "columns", `one named "${name}"`, Object.keys(columns).join(", "));
}
