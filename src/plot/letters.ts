import { checkOptions } from "../arguments";
import { type Axis, axisLayout, type Figure, type Numbers } from "./figure";
import { lineChart } from "./figures";

export interface LetterChartOptions {
  readonly title: string;
  readonly y: string | Axis;
  /** The text below the letters. Default: "letter". */
  readonly x?: string;
}

/**
 * Draws a value at each letter of a text, one curve for each text. The letters are below the axis, one line for each
 * text.
 *
 *   letterChart({ good: { text: "BTBTXSETE", y: probabilities } }, { title: "…", y: "probability" })
 *
 * @throws RangeError naming the text whose number of values differs from its number of letters
 */
export function letterChart(
  series: Readonly<Record<string, { readonly text: string; readonly y: Numbers }>>,
  options: LetterChartOptions,
): Figure {
  checkOptions("letterChart", options, ["title", "y", "x"]);
  const { title, y, x = "letter" } = options;
  for (const [name, { text, y: values }] of Object.entries(series)) {
    if (values.length === text.length) continue;
    throw new RangeError(`series "${name}": expected ${text.length} values, one for each letter, got ${values.length}`);
  }
  const texts = Object.values(series).map(({ text }) => text);
  const places = Array.from({ length: Math.max(0, ...texts.map(({ length }) => length)) }, (_, i) => i);
  const curves = Object.entries(series).map(([name, { y: values }]) => [name, { y: values, mode: "lines+markers" }]);
  const { data, layout } = lineChart(Object.fromEntries(curves), { title, x, y });
  const ticktext = places.map((i) => texts.map((text) => text[i] ?? " ").join("<br>"));
  return { data, layout: { ...layout, xaxis: { ...axisLayout(x), tickvals: places, ticktext, tickangle: 0 } } };
}
