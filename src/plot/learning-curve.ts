import { checkOptions } from "../arguments";
import { axisLayout, COLORS, type Figure, plain, type Trace } from "./figure";
import { titled } from "./layout";

/** The part of a training's history that is drawn: a record for each epoch, as `fit` returns them. */
export interface HistoryLike {
  readonly epochs: readonly (Readonly<Record<string, number>> & { readonly epoch: number })[];
}

export interface LearningCurveOptions {
  /** Default: "Learning curves". */
  readonly title?: string;
  /** The measures to draw, each in its own panel. Default: loss, then all metrics. */
  readonly measures?: readonly string[];
}

const NO_MEASURES = ["epoch", "learningRate", "seconds"];
const GAP = 0.12; // between panels, of the figure's width
const FEW = 20; // epochs: so many are drawn as dots too, and each has its tick

/**
 * Draws loss and metrics of a training by epoch, counted from 1. Each measure has a panel with the curves of training
 * data and validation data.
 *
 *   show(learningCurve(await fit(model, data, { … })));
 */
export function learningCurve(history: HistoryLike, options: LearningCurveOptions = {}): Figure {
  checkOptions("learningCurve", options, ["title", "measures"]);
  const { title = "Learning curves", measures = measuresOf(history) } = options;
  const { title: heading, top } = titled(title);
  const width = (1 - GAP * (measures.length - 1)) / measures.length;
  const ticks = history.epochs.length > FEW ? {} : { tick0: 1, dtick: 1 }; // there is no epoch 1.5
  const axes = measures.map((measure, panel) => {
    const begin = panel * (width + GAP);
    const id = panel === 0 ? "" : String(panel + 1);
    return {
      [`xaxis${id}`]: { ...axisLayout("epoch"), ...ticks, domain: [begin, begin + width], anchor: `y${id}` },
      [`yaxis${id}`]: { ...axisLayout(measure), anchor: `x${id}` },
    };
  });
  return {
    data: measures.flatMap((measure, panel) => curves(history, measure, panel)),
    layout: {
      title: heading,
      ...Object.assign({}, ...axes),
      height: 324 + top,
      margin: { l: 64, r: 24, t: top, b: 56 },
    },
  };
}

function measuresOf({ epochs }: HistoryLike): string[] {
  const names = [...new Set(epochs.flatMap((record) => Object.keys(record)))].map((name) => name.replace(/^val_/, ""));
  return [...new Set(["loss", ...names])].filter((name) => !NO_MEASURES.includes(name));
}

function curves({ epochs }: HistoryLike, measure: string, panel: number): Trace[] {
  const id = panel === 0 ? "" : String(panel + 1);
  return [measure, `val_${measure}`].flatMap((name, i): Trace[] => {
    const own = epochs.filter((record) => record[name] !== undefined);
    if (own.length === 0) return [];
    const x = own.map(({ epoch }) => epoch + 1);
    const mode = own.length > FEW ? "lines" : "lines+markers";
    const y = plain(own.map((record) => record[name] as number));
    const place = { xaxis: `x${id}`, yaxis: `y${id}`, line: { color: COLORS[i] } };
    return [{ type: "scatter", mode, name, x, y, ...place }];
  });
}
