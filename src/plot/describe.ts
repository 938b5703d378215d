import type { Figure, Trace } from "./figure";

/**
 * A figure in one line, for terminals: its title and each curve's last value. A diagram, which tells of itself, has no curves.
 */
export function describe(figure: Figure): string {
  const title = titleOf(figure);
  if (figure.layout.meta?.alt !== undefined) return `[figure] ${title}`;
  const ends = figure.data.flatMap((trace) => {
    const last = curveOf(trace)?.at(-1);
    return trace.name === undefined || last === undefined ? [] : [`${trace.name} ${last ?? "not a number"}`];
  });
  const count = figure.data.map(({ y }) => (Array.isArray(y) ? y.length : 0));
  return ends.length === 0
    ? `[figure] ${title}`
    : `[figure] ${title}: ${ends.join(", ")} (at point ${Math.max(...count)})`;
}

/**
 * A figure for who cannot see it: its kind, its title, what the axes measure, and where each curve begins and ends. A figure
 * that has a text of its own in `layout.meta.alt` gives that.
 */
export function altText(figure: Figure): string {
  const own = figure.layout.meta?.alt;
  if (own !== undefined) return own;
  const kind = KINDS[figure.data[0]?.type ?? ""] ?? "Figure";
  const axes = ["xaxis", "yaxis"].flatMap((name) => axisTitle(figure.layout[name]));
  const curves = figure.data.flatMap((trace) => extentOf(trace));
  return [`${kind}. ${titleOf(figure)}.`, ...axesText(axes), ...curves].join(" ");
}

const KINDS: Readonly<Record<string, string>> = {
  scatter: "Line chart",
  bar: "Histogram",
  heatmap: "Heat map",
  image: "Images",
};

const titleOf = ({ layout }: Figure): string => (layout.title?.text ?? "Figure").replaceAll("<br>", " ");

/** The values of a curve; texts are placed, not measured. */
function curveOf({ y, mode }: Trace): (number | null)[] | undefined {
  return Array.isArray(y) && !String(mode).includes("text") ? y : undefined;
}

function axisTitle(axis: unknown): string[] {
  const { title } = (axis ?? {}) as { title?: { text?: string } };
  return title?.text === undefined ? [] : [title.text];
}

const axesText = ([x, y]: readonly string[]): string[] => (x && y ? [`${y} by ${x}.`] : []);

function extentOf(trace: Trace): string[] {
  const values = curveOf(trace)?.filter((value) => value !== null) ?? [];
  const [first, last] = [values.at(0), values.at(-1)];
  if (trace.type !== "scatter" || first === undefined || last === undefined) return [];
  const name = trace.name === undefined ? "" : `${trace.name}: `;
  return [`${name}${values.length} points, from ${first} to ${last}.`];
}
