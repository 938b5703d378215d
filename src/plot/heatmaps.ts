import { checkOptions } from "../arguments";
import { COLORS, type Figure, type Numbers, type Trace } from "./figure";
import { titled } from "./layout";

/** One panel: the value of each unit at each time step. */
export interface Panel {
  readonly data: Numbers;
  /** `[nSteps, units]` */
  readonly shape: readonly number[];
  /**
   * The values at the two ends of the colour scale. If the first is below 0, then 0 is white. Default: 0 to 1, the
   * range of gates.
   */
  readonly range?: readonly [low: number, high: number];
  /** The name of a row of this panel. Default: the common name. */
  readonly y?: string;
  /** The name of each unit, beside its row. Default: the units' numbers. */
  readonly units?: readonly string[];
}

export interface HeatmapsOptions {
  readonly title: string;
  /** Default: "time step". */
  readonly x?: string;
  /** The name of a row. Default: "unit". */
  readonly y?: string;
  /** The name of each time step, such as a letter. Default: the steps' numbers. */
  readonly steps?: readonly string[];
}

const GAP = 0.06; // between panels, of the figure's height
const PANEL = 130; // pixels
const FROM_ZERO = [
  [0, "#ffffff"],
  [1, COLORS[0]],
];
const BOTH_WAYS = [
  [0, COLORS[1]],
  [0.5, "#ffffff"],
  [1, COLORS[0]],
];

/**
 * Draws the values of many units over time as colours: one panel for each name, one below the other, over a common
 * time axis.
 *
 *   heatmapsOverTime({ "forget gate f": { data, shape: [28, 20] }, "memory c": { …, range: [-1, 1] } }, { title })
 *
 * @throws RangeError naming the panel whose shape and data do not fit, whose range is empty, or which has another number of
 *   steps or units than their names
 */
export function heatmapsOverTime(panels: Readonly<Record<string, Panel>>, options: HeatmapsOptions): Figure {
  checkOptions("heatmapsOverTime", options, ["title", "x", "y", "steps"]);
  const { title, x = "time step", y = "unit", steps } = options;
  const entries = Object.entries(panels);
  const { title: heading, top } = titled(title);
  const height = (1 - GAP * (entries.length - 1)) / Math.max(1, entries.length);
  const bottom = (panel: number) => Math.max(0, 1 - height - panel * (height + GAP)); // the first on top
  const axes = entries.map(([name, { shape, y: own = y, units }], panel) => {
    const id = idOf(panel);
    const isLast = panel === entries.length - 1;
    const time = { anchor: `y${id}`, showticklabels: isLast, ...(isLast ? { title: { text: x } } : {}) };
    const [nSteps = 0, nUnits = 0] = shape;
    return {
      [`xaxis${id}`]: {
        ...{ ...time, ...(panel === 0 ? {} : { matches: "x" }), zeroline: false },
        ...ticksOf(`steps of panel "${name}"`, steps, nSteps),
      },
      [`yaxis${id}`]: {
        ...{
          title: { text: own },
          showticklabels: nUnits !== 1 || units !== undefined,
          anchor: `x${id}`,
          domain: [bottom(panel), bottom(panel) + height],
        },
        ...{ range: [nUnits - 0.5, -0.5], zeroline: false }, // unit 0 on top
        ...ticksOf(`units of panel "${name}"`, units, nUnits),
      },
    };
  });
  const headings = entries.map(([text], panel) => ({
    ...{ text, x: 0, y: bottom(panel) + height, xref: "paper", yref: "paper" },
    ...{ xanchor: "left", yanchor: "bottom", showarrow: false },
  }));
  return {
    data: entries.map(([name, panel], place) =>
      heatmap(name, panel, place, { middle: bottom(place) + height / 2, height }),
    ),
    layout: {
      title: heading,
      ...Object.assign({}, ...axes),
      annotations: headings,
      height: 54 + top + entries.length * PANEL,
      margin: { l: 64, r: 24, t: 16 + top, b: 48 }, // the first panel's name stands between title and panel
    },
  };
}

/** The ticks of an axis whose positions have names. */
function ticksOf(where: string, names: readonly string[] | undefined, count: number): Record<string, unknown> {
  if (names === undefined) return {};
  if (names.length !== count) throw new RangeError(`${where}: expected ${count} names, got ${names.length}`);
  return { tickvals: names.map((_, i) => i), ticktext: [...names] };
}

const idOf = (panel: number) => (panel === 0 ? "" : String(panel + 1));

function heatmap(name: string, panel: Panel, place: number, bar: { middle: number; height: number }): Trace {
  const { data, shape, range = [0, 1] } = panel;
  const [nSteps = 0, units = 0] = shape;
  if (shape.length !== 2 || data.length !== nSteps * units) {
    const got = `[${shape.join(", ")}] with ${data.length} values`;
    throw new RangeError(`panel "${name}": expected shape [nSteps, units], got ${got}`);
  }
  const [low, high] = range;
  if (!(low < high))
    throw new RangeError(`panel "${name}": expected a range of two numbers, low first, got [${range}]`);
  const row = (unit: number) => Array.from({ length: nSteps }, (_, step) => rounded(data[step * units + unit]));
  const id = idOf(place);
  const signed = low < 0;
  const most = Math.max(Math.abs(low), Math.abs(high));
  return {
    ...{
      type: "heatmap",
      name,
      z: Array.from({ length: units }, (_, unit) => row(unit)),
      xaxis: `x${id}`,
      yaxis: `y${id}`,
    },
    ...(signed ? { zmin: -most, zmax: most, colorscale: BOTH_WAYS } : { zmin: low, zmax: high, colorscale: FROM_ZERO }),
    hovertemplate: "time step %{x}, unit %{y}: %{z}<extra></extra>",
    colorbar: { y: bar.middle, len: bar.height, thickness: 12 },
  };
}

/** Rounds to three digits, because a colour shows fewer. */
function rounded(value = Number.NaN): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : null;
}
