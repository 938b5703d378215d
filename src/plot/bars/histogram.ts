import { checkOptions } from "../../arguments";
import { type Axis, axisLayout, COLORS, type Figure, type Numbers, plain } from "../figure";
import { titled } from "../layout";

export interface HistogramOptions {
  readonly title: string;
  readonly x: string | Axis;
  /** The y axis; `{ title: "count", scale: "log" }` shows single values beside thousands. Default: "count". */
  readonly y?: string | Axis;
  /** The beginning of the first bin and the end of the last one. Default: the smallest and the largest value. */
  readonly range?: readonly [from: number, to: number];
  /** Default: 40. */
  readonly bins?: number;
}

/**
 * Counts values in bins of equal width, and draws the counts as bars of one colour for each name. The figure has only
 * the counts, so a figure of a million values is small. A value outside `range` counts in the outermost bin on its
 * side; a value that is not finite does not count.
 *
 *   histogram({ good: [0.9, 0.8], bad: [0.1] }, { title: "Validation strings", x: "probability", range: [0, 1] })
 *
 * @throws RangeError when there is no bin, or `range` is empty
 */
export function histogram(series: Readonly<Record<string, Numbers>>, options: HistogramOptions): Figure {
  checkOptions("histogram", options, ["title", "x", "y", "range", "bins"]);
  const { title, x, y = "count", range = extent(Object.values(series)), bins = 40 } = options;
  const [from, to] = range;
  if (!(Number.isInteger(bins) && bins > 0)) throw new RangeError(`bins: expected a whole number above 0, got ${bins}`);
  if (!(from < to && Number.isFinite(to - from))) {
    throw new RangeError(`range: expected [from, to] with from below to, got [${from}, ${to}]`);
  }
  const width = (to - from) / bins;
  const centers = plain(Array.from({ length: bins }, (_, bin) => from + (bin + 0.5) * width));
  const names = Object.keys(series);
  const { title: heading, top } = titled(title);
  return {
    data: names.map((name, i) => ({
      type: "bar",
      name,
      x: centers,
      y: counts(series[name] as Numbers, from, width, bins),
      width,
      marker: { color: COLORS[i % COLORS.length] },
      opacity: names.length > 1 ? 0.65 : 1,
    })),
    layout: {
      title: heading,
      xaxis: axisLayout(x),
      yaxis: axisLayout(y),
      barmode: "overlay",
      bargap: 0,
      showlegend: names.length > 1,
      height: 324 + top,
      margin: { l: 64, r: 24, t: top, b: 56 },
    },
  };
}

function counts(values: Numbers, from: number, width: number, bins: number): number[] {
  const counted = Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - from) / width)));
    counted[bin] = (counted[bin] as number) + 1;
  }
  return counted;
}

function extent(lists: readonly Numbers[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of lists) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
