import { checkOptions } from "../arguments";
import { COLORS, type Figure } from "./figure";
import { titled } from "./layout";

/** One time step of a drawn network. */
export interface DrawnStep {
  /** The name of the input from below, "x₀". Default: no input arrow. */
  readonly input?: string;
  /** The name of the output above, "y₀". Default: no output arrow. */
  readonly output?: string;
  /** true: the output is drawn pale, because nothing uses it. Default: false. */
  readonly ignored?: boolean;
  /**
   * The network that the step belongs to, for example "encoder". Each network has its own colour, named in the legend.
   */
  readonly part?: string;
}

export interface UnrolledOptions {
  readonly title: string;
  /** The time steps, from the first to the last. */
  readonly steps: readonly DrawnStep[];
  /** The name of the state that the cells pass to the right, drawn as h₀, h₁, … Default: "h". */
  readonly state?: string;
  /** true: each output is also the next step's input, drawn as a coloured arrow. Default: false. */
  readonly feedback?: boolean;
}

const [INPUT, CELL, OUTPUT] = [0, 1, 2]; // heights
const EDGE = 22; // screen pixels from a node's middle to where its arrows begin and end
const PALE = "#bbbbbb";
const DARK = "#444444";

/**
 * Draws a recurrent network unrolled through time: one cell for each time step, inputs below, outputs above, the state
 * passed from left to right.
 *
 *   unrolledDiagram({ title: "Sequence to vector", steps: [{ input: "x₀" }, { input: "x₁", output: "y" }] })
 *
 * @throws RangeError without a time step
 */
export function unrolledDiagram(options: UnrolledOptions): Figure {
  checkOptions("unrolledDiagram", options, ["title", "steps", "state", "feedback"]);
  const { title, steps, state = "h", feedback = false } = options;
  if (steps.length === 0) throw new RangeError("steps: expected at least one time step, got none");
  const parts = [...new Set(steps.map(({ part }) => part ?? ""))];
  const axis = { visible: false, fixedrange: true };
  const width = Math.max(420, 130 * steps.length + (parts.length > 1 ? 160 : 40));
  const { title: heading, top } = titled(title, width);
  return {
    data: [
      ...parts.map((part, i) => cells(steps, part, COLORS[i % COLORS.length] as string)),
      nodes(steps, INPUT, ({ input }) => input),
      nodes(steps, OUTPUT, ({ output }) => output),
    ],
    layout: {
      meta: { alt: `Diagram. ${title}. ${steps.map((step, t) => inWords(step, t)).join("; ")}.` },
      title: heading,
      annotations: steps.flatMap((step, t) => arrowsOf(step, t, { steps, state, feedback })),
      xaxis: { ...axis, range: [-0.7, steps.length - 0.3] },
      yaxis: { ...axis, range: [INPUT - 0.4, OUTPUT + 0.4] },
      showlegend: parts.length > 1,
      plot_bgcolor: "#ffffff",
      width,
      height: 264 + top,
      margin: { l: 24, r: 24, t: top, b: 16 },
    },
  };
}

/** A time step for who cannot see the diagram: "encoder, t = 0: input x₀, output y₀ (ignored)". */
function inWords({ input, output, ignored, part }: DrawnStep, t: number): string {
  const ends = [input && `input ${input}`, output && `output ${output}${ignored ? " (ignored)" : ""}`];
  const told = ends.filter(Boolean).join(", ") || "neither input nor output";
  return `${part === undefined ? "" : `${part}, `}t = ${t}: ${told}`;
}

/** The cells of one part, as squares. */
function cells(steps: readonly DrawnStep[], part: string, color: string) {
  const x = steps.flatMap((step, t) => ((step.part ?? "") === part ? [t] : []));
  return {
    ...{ type: "scatter", mode: "markers+text", ...(part === "" ? {} : { name: part }), x, y: x.map(() => CELL) },
    ...{ text: x.map((t) => `t = ${t}`), textfont: { color: "#ffffff", size: 12 }, hoverinfo: "skip" },
    marker: { symbol: "square", size: 2 * EDGE, color },
  };
}

/** Inputs or outputs, as their names. */
function nodes(steps: readonly DrawnStep[], y: number, textOf: (step: DrawnStep) => string | undefined) {
  const shown = steps.flatMap((step, t) => {
    const text = textOf(step);
    return text === undefined ? [] : [{ t, text, color: y === OUTPUT && step.ignored ? PALE : DARK }];
  });
  return {
    ...{ type: "scatter", mode: "text", x: shown.map(({ t }) => t), y: shown.map(() => y) },
    ...{ text: shown.map(({ text }) => text), textfont: { size: 16, color: shown.map(({ color }) => color) } },
    ...{ hoverinfo: "skip", showlegend: false },
  };
}

type Drawing = Required<Pick<UnrolledOptions, "steps" | "state" | "feedback">>;

/** The arrows into and out of one cell, and the one to its right neighbour. */
function arrowsOf(step: DrawnStep, t: number, { steps, state, feedback }: Drawing): object[] {
  const next = steps[t + 1];
  return [
    ...(step.input === undefined ? [] : [arrow([t, INPUT], [t, CELL])]),
    ...(step.output === undefined ? [] : [arrow([t, CELL], [t, OUTPUT], step.ignored ? PALE : DARK)]),
    ...(next === undefined ? [] : [arrow([t, CELL], [t + 1, CELL]), handedOn(state, feedback ? t + 0.72 : t + 0.5, t)]),
    ...(feedback && next !== undefined && step.output !== undefined && next.input !== undefined
      ? [arrow([t, OUTPUT], [t + 1, INPUT], COLORS[1])]
      : []),
  ];
}

function arrow([ax, ay]: [number, number], [x, y]: [number, number], color: string = DARK): object {
  const place = { x, y, ax, ay, xref: "x", yref: "y", axref: "x", ayref: "y" };
  const ends = { standoff: EDGE, startstandoff: EDGE };
  return { ...place, ...ends, text: "", showarrow: true, arrowhead: 2, arrowwidth: 1.5, arrowcolor: color };
}

const handedOn = (state: string, x: number, t: number): object => ({
  ...{ x, y: CELL, yshift: 12, text: `${state}${subscript(t)}`, showarrow: false, font: { size: 13 } },
});

/** A number in subscript digits: "₁₂". */
const subscript = (n: number): string => [...String(n)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
