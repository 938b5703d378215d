import { checkOptions } from "../arguments";
import type { Figure, Numbers } from "./figure";
import { heatmapsOverTime } from "./heatmaps";

/** Where a decoder looked: one row for each word that it produced, one column for each place of its source. */
export interface DrawnAlignments {
  readonly data: Numbers;
  /** `[produced words, source words]`. What stands behind the words, in both directions, is padding and must be 0. */
  readonly shape: readonly number[];
}

export interface AlignmentHeatmapOptions {
  readonly title: string;
  /** The words of the source, along the x axis. */
  readonly source: readonly string[];
  /** The words that the decoder produced, from top to bottom. */
  readonly target: readonly string[];
  /** What the x axis is. Default: "source". */
  readonly x?: string;
  /** What the y axis is. Default: "produced". */
  readonly y?: string;
}

const WORD = 26; // pixels a row
const FRAME = 150; // pixels of title, words and axis

/**
 * Draws attention's alignments as a heat map with words on its axes: row by row, which words of the source the decoder looked
 * at when it produced a word. A word that comes twice has two rows or columns.
 *
 *   const [cold] = await translate(translator, tokenizers, ["I am cold."], { maximumLength: 12 });
 *   const words = { source: cold?.sourceTokens ?? [], target: cold?.targetTokens ?? [] };
 *   if (cold?.alignments) show(alignmentHeatmap(cold.alignments, { title: "Where the decoder looks", ...words }));
 *
 * Of the tensor that `alignmentHistory` returns, `[batch, nSteps, memorySteps]`, sentence i is
 * `{ data: alignments.slice([i], [1]).dataSync(), shape: alignments.shape.slice(1) }`.
 *
 * @throws RangeError when data and shape do not fit, there are fewer rows or columns than words, or a value that is not 0
 *   stands behind the words
 */
export function alignmentHeatmap(alignments: DrawnAlignments, options: AlignmentHeatmapOptions): Figure {
  checkOptions("alignmentHeatmap", options, ["title", "source", "target", "x", "y"]);
  const { title, source, target, x = "source", y = "produced" } = options;
  const [rows = 0, columns = 0] = checkShape(alignments, target.length, source.length);
  const at = (row: number, column: number) => alignments.data[row * columns + column] as number;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if ((row < target.length && column < source.length) || at(row, column) === 0) continue;
      const expected = `0 behind the ${target.length} produced and ${source.length} source words`;
      throw new RangeError(`alignments: expected ${expected}, got ${at(row, column)} at [${row}, ${column}]`);
    }
  }
  const data = source.flatMap((_, column) => target.map((_, row) => at(row, column)));
  const panel = { data, shape: [source.length, target.length], units: target, y };
  const figure = heatmapsOverTime({ "": panel }, { title, x, steps: source });
  const [trace] = figure.data;
  const { xaxis, yaxis } = figure.layout as Record<"xaxis" | "yaxis", object>;
  return {
    data: [{ ...trace, type: "heatmap", hovertemplate: "%{y} looks at %{x}: %{z}<extra></extra>" }],
    layout: {
      ...figure.layout,
      annotations: [],
      xaxis: { ...xaxis, automargin: true },
      yaxis: { ...yaxis, automargin: true }, // words are longer than numbers
      height: FRAME + WORD * target.length,
    },
  };
}

function checkShape({ data, shape }: DrawnAlignments, target: number, source: number): readonly number[] {
  const [rows = 0, columns = 0] = shape;
  if (shape.length === 2 && rows >= target && columns >= source && data.length === rows * columns) return shape;
  const got = `[${shape.join(", ")}] with ${data.length} values`;
  throw new RangeError(`alignments: expected shape [${target}, ${source}], one row a produced word, got ${got}`);
}
