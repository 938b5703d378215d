import { DataError } from "../../errors";

/** A line of a CSV text: its cells, without the quotes, and its number in the file, from 1. */
export interface CsvLine {
  readonly cells: readonly string[];
  readonly number: number;
}

/** Cuts a text into lines, and these into cells. @throws DataError naming the line of a quote that is out of place */
export function linesOf(text: string, separator: string, file: string): CsvLine[] {
  const cell = cellPattern(separator);
  const lines: CsvLine[] = [];
  let [cells, number, begin, breaks]: [string[], number, number, number] = [[], 1, 0, 0];
  for (let isLast = text === ""; !isLast; ) {
    const found = cell.exec(text);
    if (found === null) throw misquoted(text, begin, file, number + breaks);
    const [, quoted, bare, end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? (bare as string));
    breaks += quoted?.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === separator) continue;
    lines.push({ cells, number });
    [cells, number, begin, breaks] = [[], number + breaks + 1, cell.lastIndex, 0];
    isLast = end === "" || begin === text.length;
  }
  return lines;
}

/** A cell with what ends it: the separator, a line end, or the text's end. */
function cellPattern(separator: string): RegExp {
  const mark = separator.replace(/[\\^\]$.*+?()[{}|/-]/, "\\$&");
  const quoted = '"([^"]*(?:""[^"]*)*)"';
  return new RegExp(`(?:${quoted}|([^"\\r\\n${mark}]*))(${mark}|\\r\\n|\\n|\\r|$)`, "y");
}

function misquoted(text: string, begin: number, file: string, number: number): DataError {
  const line = text.slice(begin).split(/\r\n|\n|\r/, 1)[0] as string;
  const shown = line.length > 200 ? `${line.slice(0, 200)} …` : line;
  return new DataError(file, `line ${number}`, "cells, quoted from end to end or not at all", shown);
}
