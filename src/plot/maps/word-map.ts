import { checkOptions } from "../../arguments";
import { COLORS, type Figure } from "../figure";
import { titled } from "../layout";

/** A word on a map. */
export interface MappedWord {
  readonly word: string;
  readonly x: number;
  readonly y: number;
  /** The group of the word, which has a colour and a line in the legend. Default: none. */
  readonly group?: string;
}

export interface WordMapOptions {
  readonly title: string;
  /** The words that stand on the map; all others show when the mouse is on their point. Default: those with a group. */
  readonly labels?: readonly string[];
}

const PALE = "#bbbbbb";

/**
 * Draws words as points on a map, such as UMAP makes of their vectors: words that are used alike lie near each other. A point
 * tells its word when the mouse is on it. The axes have no meaning, so there are none.
 *
 *   show(wordMap([{ word: "two", x: 0.1, y: 3, group: "numbers" }, { word: "river", x: 4, y: 1 }], { title: "A map" }));
 *
 * @throws RangeError without a word, and for a place that is not finite
 */
export function wordMap(words: readonly MappedWord[], options: WordMapOptions): Figure {
  checkOptions("wordMap", options, ["title", "labels"]);
  const { title, labels } = options;
  if (words.length === 0) throw new RangeError("words: expected at least one word, got none");
  const lost = words.find(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y));
  if (lost !== undefined) throw new RangeError(`words: "${lost.word}": expected a place, got ${lost.x}, ${lost.y}`);
  const groups = [...new Set(words.flatMap(({ group }) => group ?? []))];
  const shown = new Set(labels ?? words.flatMap(({ word, group }) => (group === undefined ? [] : [word])));
  const { title: heading, top } = titled(title);
  const axis = { showgrid: false, zeroline: false, showticklabels: false };
  const others = words.filter(({ group }) => group === undefined);
  return {
    data: [
      ...(others.length === 0 ? [] : [points(others, shown, PALE, groups.length > 0 ? "other words" : undefined)]),
      ...groups.map((name, i) =>
        points(
          words.filter(({ group }) => group === name),
          shown,
          COLORS[i % COLORS.length] as string,
          name,
        ),
      ),
    ],
    layout: {
      meta: { alt: altOf(title, words, groups) },
      title: heading,
      xaxis: axis,
      yaxis: axis,
      hovermode: "closest",
      showlegend: groups.length > 0,
      height: 524 + top,
      margin: { l: 16, r: 16, t: top, b: 16 },
    },
  };
}

function points(words: readonly MappedWord[], shown: ReadonlySet<string>, color: string, name: string | undefined) {
  const hasText = words.some(({ word }) => shown.has(word));
  const rounded = (value: number) => Number(value.toPrecision(4));
  return {
    ...{ type: "scatter", mode: hasText ? "markers+text" : "markers", ...(name === undefined ? {} : { name }) },
    ...{ x: words.map(({ x }) => rounded(x)), y: words.map(({ y }) => rounded(y)) },
    ...{ customdata: words.map(({ word }) => word), hovertemplate: "%{customdata}<extra></extra>" },
    ...(hasText ? { text: words.map(({ word }) => (shown.has(word) ? word : "")) } : {}),
    ...{ textposition: "top center", textfont: { size: 10, color }, marker: { size: color === PALE ? 4 : 7, color } },
  };
}

/** The map for who cannot see it. */
function altOf(title: string, words: readonly MappedWord[], groups: readonly string[]): string {
  const of = groups.map(
    (name) => `${name}: ${words.flatMap(({ word, group }) => (group === name ? [word] : [])).join(", ")}`,
  );
  return [`Map of ${words.length} words. ${title}.`, ...of.map((each) => `${each}.`)].join(" ");
}
