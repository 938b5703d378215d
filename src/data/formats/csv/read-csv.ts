import { describe, didYouMean, isOptions } from "../../../arguments";
import { checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { type CsvLine, linesOf } from "./cells";
import { decodeCsv } from "./decode";

/**
 * The columns of a CSV text, by the names in its header line. Each column has one string for each line below the
 * header.
 */
export type CsvColumns = Readonly<Record<string, readonly string[]>>;

/** The options of `readCsv`. */
export interface ReadCsvOptions {
  /** The character between two cells: ";" where the comma is the decimal mark, "\t" for tabs. Default: ",". */
  separator?: string;
  /** The encoding of the text, by a name that `TextDecoder` knows: "windows-1252", "utf-16le". Default: "utf-8". */
  encoding?: string;
}

/**
 * Reads CSV (RFC 4180) with a header line. Cells may be in double quotes; inside them "" is a quote, and separators and
 * line ends are text. A byte order mark is dropped. Empty lines are skipped; of a file with one column only those at its end
 * are, because the others are empty cells.
 *
 * @example
 *   const { readFile } = await import("node:fs/promises");
 *   const columns = readCsv(await readFile("days.csv"), "days.csv");
 *   const values = csvNumbers(columns, ["high", "low"], "days.csv"); // [lines, 2]
 *
 * @param file the file's name, for errors
 * @throws DataError naming the line when a quote is left open or a line has more or fewer cells than the header; for bytes
 *   that are not of the encoding, and for a file whose cells have another separator
 */
export function readCsv(bytes: Uint8Array, file: string, options: ReadCsvOptions = {}): CsvColumns {
  checkFile("readCsv", file);
  checkOptions("readCsv", options, ["separator", "encoding"]);
  const { separator = ",", encoding } = options;
  if (typeof separator !== "string" || !/^[^"\r\n]$/u.test(separator)) {
    throw new DataError("readCsv", "separator", 'one character, such as ",", ";" or "\\t"', JSON.stringify(separator));
  }
  const text = decodeCsv(bytes, file, encoding);
  if (options.separator === undefined) checkSeparator(text, file);
  const lines = linesOf(text, separator, file);
  const header = lines.find(({ cells }) => !isEmpty(cells));
  if (header === undefined) throw new DataError(file, "header", "a line with the columns' names", "an empty file");
  const duplicate = header.cells.find((name, i) => header.cells.indexOf(name) < i);
  if (duplicate !== undefined) throw new DataError(file, "header", "names that differ", `"${duplicate}" twice`);
  const rows = lines.slice(lines.indexOf(header) + 1);
  while (rows.length > 0 && isEmpty((rows.at(-1) as CsvLine).cells)) rows.pop();
  const width = header.cells.length;
  const filled = width === 1 ? rows : rows.filter(({ cells }) => !isEmpty(cells));
  for (const { cells, number } of filled) {
    if (cells.length !== width)
      throw new DataError(file, `line ${number}`, `${width} cells, as the header has`, `${cells.length}`);
  }
  return Object.fromEntries(header.cells.map((name, i) => [name, filled.map(({ cells }) => cells[i] as string)]));
}

/** Without the file's name an error would begin with "undefined". @throws DataError */
export function checkFile(where: string, file: unknown): void {
  if (typeof file !== "string") throw new DataError(where, "file", "the file's name, for errors", describe(file));
}

const isEmpty = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === "";

/** Refuses a header that has no comma and another separator: its one name would be the names of all columns. */
function checkSeparator(text: string, file: string): void {
  const line = /[^\r\n]+/.exec(text)?.[0] ?? "";
  const bare = line.replace(/"[^"]*"/g, "");
  const found = bare.includes(",") ? undefined : [";", "\t", "|"].find((each) => bare.includes(each));
  if (found === undefined) return;
  const hint = `{ separator: ${JSON.stringify(found)} }`;
  throw new DataError(file, "header", `names with commas between them, or the option ${hint}`, JSON.stringify(line));
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
  checkFile("csvColumn", file);
  if (!isOptions(columns)) throw new DataError("csvColumn", "columns", "what readCsv gives", describe(columns));
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined) return column;
  const names = Object.keys(columns);
  const spaced = names.some((each) => each !== each.trim()) ? names.map((each) => JSON.stringify(each)) : names;
  throw new DataError(file, "columns", `one named "${name}"`, `${spaced.join(", ")}${didYouMean(String(name), names)}`);
}
