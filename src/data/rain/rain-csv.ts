import { createReadStream } from "node:fs";
import { numericArray } from "../array";
import { DataError } from "../errors";
import { readError } from "../files/data-file";
import { RAIN_COLUMNS, type RainHour } from "./rain-hours";

// characters; the limit keeps a file without line ends from being read into memory as a whole
const LONGEST_LINE = 10_000;

/** The rows of one hour so far: numbers by column, NaN where a field is empty. */
interface Rows {
  readonly id: number;
  readonly expected: number;
  readonly scans: number[][];
}

/**
 * Reads the hours of the competition's `train.csv`, one after the other, in the file's order. The file (1.2 GB) is
 * read in chunks and is never in memory as a whole.
 *
 * Columns may come in any order. The rows of one hour must stand together, by ascending Id; they are sorted by time.
 *
 * @example
 *   for await (const hour of readRainHours("train.csv")) console.log(hour.id, hour.expected);
 *
 * @throws DataError naming line and column: a missing column, a row with too many or too few fields, a field that is
 *   not a number, a minute outside the hour, a row apart from the others of its Id, two amounts for one hour
 */
export async function* readRainHours(path: string): AsyncGenerator<RainHour, void, void> {
  let columns: Columns | undefined;
  let rows: Rows | undefined;
  for await (const [line, text] of linesOf(path)) {
    if (columns === undefined) {
      columns = new Columns(path, text);
      continue;
    }
    if (text === "") continue;
    const { id, expected, scan } = columns.parse(line, text);
    if (rows !== undefined && id !== rows.id) {
      if (id < rows.id) throw wrong(path, line, "Id", `more than ${rows.id}, rows by ascending Id`, `${id}`);
      yield hourOf(rows);
      rows = undefined;
    }
    rows ??= { id, expected, scans: [] };
    if (rows.expected !== expected) throw wrong(path, line, "Expected", `${rows.expected}, as above`, `${expected}`);
    rows.scans.push(scan);
  }
  if (columns === undefined) throw new DataError(path, "line 1", "the columns' names", "an empty file");
  if (rows !== undefined) yield hourOf(rows);
}

const wrong = (path: string, line: number, column: string, expected: string, actual: string) =>
  new DataError(path, `line ${line}, column ${column}`, expected, actual);

function hourOf({ id, expected, scans }: Rows): RainHour {
  scans.sort(([a = 0], [b = 0]) => a - b); // the first column is the minute
  return { id, expected, scans: numericArray(Float32Array.from(scans.flat()), [scans.length, RAIN_COLUMNS.length]) };
}

/** Reads rows of the file, whose columns have the order of its header. */
class Columns {
  private readonly count: number;
  private readonly id: number;
  private readonly expected: number;
  private readonly scan: readonly number[];

  constructor(
    private readonly path: string,
    header: string,
  ) {
    const names = header.split(",").map((name) => name.trim());
    const position = (name: string) => {
      const at = names.indexOf(name);
      if (at < 0) throw new DataError(path, "line 1", `a column ${name}`, header.slice(0, 80));
      return at;
    };
    this.count = names.length;
    this.id = position("Id");
    this.expected = position("Expected");
    this.scan = RAIN_COLUMNS.map(position);
  }

  parse(line: number, text: string): { id: number; expected: number; scan: number[] } {
    const fields = text.split(",");
    if (fields.length !== this.count) {
      throw new DataError(this.path, `line ${line}`, `${this.count} fields, as line 1 has`, `${fields.length}`);
    }
    const scan = this.scan.map((at, i) => this.number(line, RAIN_COLUMNS[i] as string, fields[at] as string));
    const minute = scan[0] as number;
    if (!(Number.isInteger(minute) && minute >= 0 && minute < 60)) {
      throw wrong(
        this.path,
        line,
        "minutes_past",
        "a whole number from 0 to 59",
        fields[this.scan[0] as number] as string,
      );
    }
    const id = this.number(line, "Id", fields[this.id] as string);
    if (!Number.isSafeInteger(id)) throw wrong(this.path, line, "Id", "a whole number", fields[this.id] as string);
    const expected = this.number(line, "Expected", fields[this.expected] as string);
    if (!(expected >= 0)) {
      throw wrong(this.path, line, "Expected", "an amount of 0 mm or more", fields[this.expected] as string);
    }
    return { id, expected, scan };
  }

  /** The number in a field; NaN for an empty field. */
  private number(line: number, column: string, field: string): number {
    const text = field.trim();
    if (text === "") return Number.NaN;
    const value = Number(text);
    if (!Number.isFinite(value)) throw wrong(this.path, line, column, "a number, or nothing", text.slice(0, 40));
    return value;
  }
}

/** The lines of a text file, counted from 1, without their line ends. */
async function* linesOf(path: string): AsyncGenerator<[number: number, text: string], void, void> {
  const stream = createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 });
  let [line, rest] = [0, ""];
  try {
    for await (const chunk of stream) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() as string;
      for (const text of lines) yield [++line, text.endsWith("\r") ? text.slice(0, -1) : text];
      if (rest.length > LONGEST_LINE) {
        throw new DataError(path, `line ${line + 1}`, `at most ${LONGEST_LINE} characters`, `${rest.length} or more`);
      }
    }
  } catch (error) {
    throw readError(path, error);
  } finally {
    stream.destroy();
  }
  if (rest !== "") yield [++line, rest];
}
