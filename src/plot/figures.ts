import { checkOptions } from "../arguments";
import { type Axis, axisLayout, COLORS, type Figure, type Numbers, plain, type Trace } from "./figure";
import { titled } from "./layout";

/** One curve: its values and their positions on the x axis. A date is a text, "1981-01-31". Default: x is 0, 1, 2, … */
export interface Series {
  readonly y: Numbers;
  readonly x?: Numbers | readonly string[];
  /** Default: "lines", and "lines+markers" for 20 points and fewer, so that a short curve shows where its values are. */
  readonly mode?: "lines" | "markers" | "lines+markers";
  readonly dash?: "solid" | "dash" | "dot";
}

export interface LineChartOptions {
  readonly title: string;
  readonly x: string | Axis;
  readonly y: string | Axis;
}

export interface LearningCurvesOptions {
  /** Default: "Learning curves". */
  readonly title?: string;
  /** The measure of the curves. Default: "accuracy". */
  readonly y?: string | Axis;
  /** Default: "epoch". */
  readonly x?: string | Axis;
  /** The x of the first value. Default: 1. */
  readonly first?: number;
  /** The distance from one value to the next on the x axis. Default: 1. */
  readonly step?: number;
}

const FEW = 20; // points: so many are drawn as dots too, and each has its tick

/** Positions on an axis: numbers with six digits; dates stay as they are. */
function placed(x: Numbers | readonly string[]): (number | string | null)[] {
  const isDates = (places: typeof x): places is readonly string[] => typeof places[0] === "string";
  return isDates(x) ? [...x] : plain(x);
}

function trace(name: string, series: Numbers | Series): Trace {
  const { x, y, dash, ...drawn }: Series = "y" in series ? series : { y: series };
  const mode = drawn.mode ?? (y.length > FEW ? "lines" : "lines+markers");
  if (x !== undefined && x.length !== y.length) {
    throw new RangeError(`series "${name}": x has ${x.length} values, y has ${y.length}; they must be equally many`);
  }
  const positions = x ?? Array.from({ length: y.length }, (_, i) => i);
  const line = dash === undefined ? {} : { line: { dash } };
  return { type: "scatter", mode, name, x: placed(positions), y: plain(y), ...line };
}

/**
 * Draws curves over a common x axis, in the order of their names.
 *
 *   lineChart({ train: [0.8, 0.9], test: [0.7, 0.8] }, { title: "Accuracy", x: "epoch", y: "accuracy" })
 *
 * @throws RangeError naming the series whose x and y differ in length
 */
export function lineChart(series: Readonly<Record<string, Numbers | Series>>, options: LineChartOptions): Figure {
  checkOptions("lineChart", options, ["title", "x", "y"]);
  const data = Object.entries(series).map(([name, values]) => trace(name, values));
  const { title, top } = titled(options.title);
  return {
    data,
    layout: {
      title,
      xaxis: { ...ticksOf(data), ...axisLayout(options.x) },
      yaxis: axisLayout(options.y),
      colorway: [...COLORS],
      showlegend: data.length > 1,
      height: 324 + top,
      margin: { l: 64, r: 24, t: top, b: 56 },
    },
  };
}

/** Few whole numbers have a tick each: there is no time step 1.5. */
function ticksOf(data: readonly Trace[]): { dtick?: number } {
  const places = new Set(data.flatMap(({ x }) => (Array.isArray(x) ? x : [])));
  const isFew = places.size > 0 && places.size <= FEW + 1 && [...places].every(Number.isInteger);
  return isFew && Math.max(...places) - Math.min(...places) <= FEW ? { dtick: 1 } : {};
}

/** A measure by epoch, one curve for each name: `learningCurves({ train: [...], test: [...] })`. */
export function learningCurves(series: Readonly<Record<string, Numbers>>, options: LearningCurvesOptions = {}): Figure {
  checkOptions("learningCurves", options, ["title", "x", "y", "first", "step"]);
  const { title = "Learning curves", x = "epoch", y = "accuracy", first = 1, step = 1 } = options;
  const placed = Object.entries(series).map(([name, values]): [string, Series] => {
    const at = Array.from({ length: values.length }, (_, i) => first + i * step);
    return [name, { x: at, y: values }];
  });
  const { data, layout } = lineChart(Object.fromEntries(placed), { title, x, y });
  const longest = Math.max(0, ...Object.values(series).map((values) => values.length));
  const ticks = longest > FEW ? {} : { tick0: first, dtick: step }; // there is no epoch 1.2
  return { data, layout: { ...layout, xaxis: { ...axisLayout(x), ...ticks } } };
}
