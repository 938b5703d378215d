import { checkOptions } from "../../arguments";
import { axisLayout, COLORS, type Figure } from "../figure";
import { titled } from "../layout";

/** The part of a profile that is drawn: `profile` of unroll/compile returns it. */
export interface ProfileLike {
  readonly bySource: readonly TimeRow[];
  readonly byOp: readonly TimeRow[];
}
interface TimeRow {
  readonly name: string;
  readonly microseconds: number;
}

export interface ProfileBarsOptions {
  /** "source" has a bar for each cell or layer, "op" for each operation. Default: "source". */
  readonly by?: "source" | "op";
  /** Default: "Time of operations". */
  readonly title?: string;
  /** How many bars there are at most; the last one is then the sum of the rest. Default: 12. */
  readonly rows?: number;
}

const GRADIENTS = "gradients/";
const ROW = 26; // screen pixels of a bar and the gap below it

/**
 * Draws where the time of compiled functions went: a bar for each cell or layer, the longest at the top, with the forward pass
 * and the gradients in two colours; or a bar for each operation.
 *
 *   show(profileBars(profile(() => step(x, y))));
 *
 * @throws RangeError when `rows` is no whole number above 0
 */
export function profileBars(profile: ProfileLike, options: ProfileBarsOptions = {}): Figure {
  checkOptions("profileBars", options, ["by", "title", "rows"]);
  const { by = "source", title = "Time of operations", rows = 12 } = options;
  if (!(Number.isInteger(rows) && rows > 0)) throw new RangeError(`rows: expected a whole number above 0, got ${rows}`);
  if (by !== "source" && by !== "op") throw new RangeError(`by: expected "source" or "op", got ${JSON.stringify(by)}`);
  const bars = longest(barsOf(by === "source" ? profile.bySource : profile.byOp), rows);
  const names = bars.map(({ name }) => name);
  const { title: heading, top } = titled(title);
  const part = (name: string, color: string | undefined, of: (bar: Bar) => number) => ({
    type: "bar",
    orientation: "h",
    name,
    y: names,
    x: bars.map((bar) => milliseconds(of(bar))),
    marker: { color },
  });
  const hasGradients = bars.some(({ gradient }) => gradient > 0);
  return {
    data: [
      part(hasGradients ? "forward" : "time", COLORS[0], ({ forward }) => forward),
      ...(hasGradients ? [part("gradients", COLORS[1], ({ gradient }) => gradient)] : []),
    ],
    layout: {
      title: heading,
      meta: { alt: `Bar chart. ${title}. ${bars.map(inWords).join("; ")}.` },
      xaxis: axisLayout({ title: "time", unit: "ms" }),
      yaxis: { autorange: "reversed", automargin: true },
      barmode: "stack",
      showlegend: hasGradients,
      height: 100 + ROW * bars.length + top,
      margin: { l: 64, r: 24, t: top, b: 56 },
    },
  };
}

const milliseconds = (microseconds: number) => Number((microseconds / 1000).toPrecision(6));

/** A bar for who cannot see it. */
function inWords({ name, forward, gradient }: Bar): string {
  const gradients = gradient > 0 ? `, of which gradients ${milliseconds(gradient)} ms` : "";
  return `${name}: ${milliseconds(forward + gradient)} ms${gradients}`;
}

interface Bar {
  readonly name: string;
  readonly forward: number;
  readonly gradient: number;
}

/** Rows of one cell or layer, forward and gradients, as one bar. */
function barsOf(rows: readonly TimeRow[]): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { name: full, microseconds } of rows) {
    const isGradient = full.startsWith(GRADIENTS);
    const name = isGradient ? full.slice(GRADIENTS.length) : full;
    const { forward, gradient } = bars.get(name) ?? { forward: 0, gradient: 0 };
    bars.set(name, {
      name,
      forward: forward + (isGradient ? 0 : microseconds),
      gradient: gradient + (isGradient ? microseconds : 0),
    });
  }
  return [...bars.values()];
}

/** The bars from the longest to the shortest; beyond `most` the last one is the sum of the rest. */
function longest(bars: readonly Bar[], most: number): Bar[] {
  const sorted = [...bars].sort((a, b) => b.forward + b.gradient - a.forward - a.gradient);
  if (sorted.length <= most) return sorted;
  const rest = sorted.slice(most - 1);
  const sum = (of: (bar: Bar) => number) => rest.reduce((total, bar) => total + of(bar), 0);
  const last = {
    name: `(${rest.length} more)`,
    forward: sum((bar) => bar.forward),
    gradient: sum((bar) => bar.gradient),
  };
  return [...sorted.slice(0, most - 1), last];
}
