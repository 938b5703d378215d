/** A list of numbers: an array or a typed array. */
export type Numbers = ArrayLike<number>;

/** A figure as plain data, in plotly's terms: it can be drawn, stored as JSON, or compared in a test. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
}

/** One curve or image of a figure. */
export interface Trace {
  readonly type: string;
  readonly name?: string;
  readonly [property: string]: unknown;
}

/** Title, axes and notes of a figure. */
export interface Layout {
  readonly title?: { readonly text: string };
  /** Plotly draws nothing of it. `alt` tells of the figure who cannot see it; see `altText`. */
  readonly meta?: { readonly alt?: string };
  readonly [property: string]: unknown;
}

/** An axis: what it measures, and in which unit (`{ title: "time", unit: "s" }` reads "time (s)"). */
export interface Axis {
  readonly title: string;
  readonly unit?: string;
  readonly scale?: "linear" | "log";
  readonly range?: readonly [from: number, to: number];
}

/** Colours that colour-blind readers can tell apart (Okabe and Ito 2008). */
export const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;

/**
 * Numbers with six digits, and `null` (a gap in the curve) for a value that is not finite, because JSON has neither
 * NaN nor ∞.
 */
export function plain(values: Numbers): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null));
}

/** An axis in plotly's form. */
export function axisLayout(axis: string | Axis): Record<string, unknown> {
  const { title, unit, scale, range } = typeof axis === "string" ? ({ title: axis } as Axis) : axis;
  return {
    title: { text: unit === undefined ? title : `${title} (${unit})` },
    ...(scale === "log" ? { type: "log", exponentformat: "power" } : {}),
    ...(range === undefined ? {} : { range: scale === "log" ? range.map(Math.log10) : [...range] }),
  };
}
