import { checkOptions } from "../arguments";
import { COLORS, type Figure } from "./figure";
import { titled } from "./layout";

/** A piece of a text, such as a character or a word, and the value that its colour shows. */
export interface TextPiece {
  readonly text: string;
  readonly value: number;
}

export interface ColouredTextOptions {
  readonly title: string;
  /** What the values are, beside the colour scale. Default: "value". */
  readonly value?: string;
  /** The size of a value that has the full colour; larger values have the same colour. Default: 1. */
  readonly full?: number;
  /** The characters of the longest line, spaces included. Default: 72. */
  readonly columns?: number;
}

/** A character as the reader sees it, on the background of its piece's colour. */
interface Cell {
  readonly sign: string;
  readonly value: number;
}

const LINE = 24; // screen pixels of a line of text
const CHARACTER = 8.8; // and of a character
const SCALE_LINES = 5; // lines that the colour scale needs
const BOTH_WAYS = [
  [0, COLORS[1]],
  [0.5, "#ffffff"],
  [1, COLORS[0]],
];
/** Signs that plotly would read as markup, and how it draws them. */
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * Draws a text whose pieces have colours: blue for values above 0, orange below 0, and white for 0. Pieces follow each other
 * as they are, without spaces between them. A line ends at a line break of the text, which is drawn as "↵", and where
 * `columns` characters are full: after the last space there, or within a word that has no space before it.
 *
 *   const pieces = Array.from(text, (sign, i) => ({ text: sign, value: activations[i] }));
 *   show(colouredText(pieces, { title: "Unit 12 reads a text", value: "activation" }));
 *
 * @throws RangeError naming the piece whose value is not finite, an option that is out of range, and when there is no text
 */
export function colouredText(pieces: readonly TextPiece[], options: ColouredTextOptions): Figure {
  checkOptions("colouredText", options, ["title", "value", "full", "columns"]);
  const { title, value: name = "value", full = 1, columns = 72 } = options;
  if (!(full > 0 && full < Number.POSITIVE_INFINITY)) throw new RangeError(`full: expected a number > 0, got ${full}`);
  if (!(Number.isInteger(columns) && columns > 0)) {
    throw new RangeError(`columns: expected a whole number > 0, got ${columns}`);
  }
  const lines = linesOf(cellsOf(pieces), columns);
  if (lines.length === 0) throw new RangeError("pieces: expected at least one character, got none");
  const across = Math.max(...lines.map(({ length }) => length));
  const grid = <T>(of: (cell: Cell) => T, blank: T) =>
    lines.map((line) => Array.from({ length: across }, (_, i) => (line[i] === undefined ? blank : of(line[i]))));
  const rows = Math.max(lines.length, SCALE_LINES);
  const sides = { l: 16, r: Math.max(96, Math.round((name.length + 2) * CHARACTER)) }; // the colour scale is on the right
  const width = Math.round(columns * CHARACTER) + sides.l + sides.r;
  const { title: heading, top } = titled(title, width);
  return {
    data: [
      {
        type: "heatmap",
        z: grid<number | null>(({ value }) => value, null),
        text: grid(({ sign }) => ESCAPES[sign] ?? sign, ""),
        ...{ texttemplate: "%{text}", textfont: { family: "monospace", size: 14 } },
        ...{ zmin: -full, zmax: full, colorscale: BOTH_WAYS },
        hovertemplate: "“%{text}”: %{z}<extra></extra>",
        colorbar: { title: { text: name }, thickness: 12 },
      },
    ],
    layout: {
      title: heading,
      meta: { alt: toldOf(pieces, title, name) },
      xaxis: { visible: false, range: [-0.5, columns - 0.5] },
      yaxis: { visible: false, range: [rows - 0.5, -0.5] }, // the first line on top
      ...{ width, height: rows * LINE + top + 16 },
      margin: { ...sides, t: top, b: 16 },
    },
  };
}

/** The characters that a reader sees: an accent is drawn on its letter, and never alone. */
function cellsOf(pieces: readonly TextPiece[]): Cell[] {
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return pieces.flatMap(({ text, value }, i) => {
    if (!Number.isFinite(value)) throw new RangeError(`pieces[${i}].value: expected a finite number, got ${value}`);
    const rounded = Number(value.toPrecision(3)); // a colour shows fewer digits
    return Array.from(graphemes.segment(text), ({ segment }) => ({ sign: segment, value: rounded }));
  });
}

const isBreak = ({ sign }: Cell): boolean => sign === "\n" || sign === "\r\n" || sign === "\r";

/** Cuts the text into lines of at most so many cells, a line break's cell included. */
function linesOf(cells: readonly Cell[], columns: number): Cell[][] {
  const lines: Cell[][] = [];
  let line: Cell[] = [];
  for (const cell of cells) {
    if (line.length === columns) {
      const space = line.map(({ sign }) => sign).lastIndexOf(" ");
      const isWhole = space < 0 || cell.sign === " " || isBreak(cell);
      const rest = isWhole ? [] : line.splice(space + 1);
      lines.push(line);
      line = rest;
    }
    line.push(isBreak(cell) ? { ...cell, sign: "↵" } : cell);
    if (!isBreak(cell)) continue;
    lines.push(line);
    line = [];
  }
  return line.length === 0 ? lines : [...lines, line];
}

/** The figure for who cannot see it: the text, and the pieces with the highest and the lowest value. */
function toldOf(pieces: readonly TextPiece[], title: string, name: string): string {
  const ordered = [...pieces].sort((a, b) => b.value - a.value);
  const ends = [ordered[0], ordered.at(-1)].map((piece) => `${piece?.value.toPrecision(3)} at “${piece?.text}”`);
  return `Coloured text. ${title}. Highest ${name} ${ends[0]}, lowest ${ends[1]}. The text: ${pieces.map(({ text }) => text).join("")}`;
}
