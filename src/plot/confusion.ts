import { checkOptions } from "../arguments";
import { COLORS, type Figure, type Numbers } from "./figure";
import { titled } from "./layout";

export interface ConfusionOptions {
  /** Default: "Confusion matrix". */
  readonly title?: string;
  /** The classes' names. Default: 0, 1, 2, … */
  readonly labels?: readonly string[];
}

const SIZE = { width: 620, height: 430 };

/** From white to the first of the curves' colours. */
const SCALE = [
  [0, "#ffffff"],
  [1, COLORS[0]],
];

/**
 * Draws a confusion matrix as coloured squares with their counts. The colour is the share of the true class, so that
 * rare classes are visible too.
 *
 *   show(confusionHeatmap(await confusionMatrix(model, test)));
 *
 * @param matrix `[classes, classes]`, one row for each true class, one column for each predicted class
 * @throws RangeError when shape, data and labels do not fit together
 */
export function confusionHeatmap(
  { data, shape }: { readonly data: Numbers; readonly shape: readonly number[] },
  options: ConfusionOptions = {},
): Figure {
  checkOptions("confusionHeatmap", options, ["title", "labels"]);
  const { title = "Confusion matrix", labels } = options;
  const [classes = 0] = shape;
  if (shape.length !== 2 || shape[1] !== classes || data.length !== classes * classes) {
    throw new RangeError(
      `matrix: expected shape [classes, classes], got [${shape.join(", ")}] with ${data.length} values`,
    );
  }
  if (labels !== undefined && labels.length !== classes) {
    throw new RangeError(`labels: expected ${classes}, one for each class, got ${labels.length}`);
  }
  const names = labels ?? Array.from({ length: classes }, (_, i) => String(i));
  const counts = names.map((_, row) =>
    Array.from({ length: classes }, (_, column) => data[row * classes + column] ?? 0),
  );
  const share = (row: number[], count: number) =>
    count /
    Math.max(
      1,
      row.reduce((sum, each) => sum + each, 0),
    );
  const { title: heading, top } = titled(title, SIZE.width);
  const axis = (text: string) => ({ title: { text }, type: "category", tickvals: names, constrain: "domain" });
  return {
    data: [
      {
        type: "heatmap",
        x: names,
        y: names,
        z: counts.map((row) => row.map((count) => Number(share(row, count).toPrecision(6)))),
        ...{ text: counts, texttemplate: "%{text}", zmin: 0, zmax: 1, colorscale: SCALE },
        hovertemplate: "true %{y}, predicted %{x}: %{text}<extra></extra>",
        colorbar: { title: { text: "share of the true class" } },
      },
    ],
    layout: {
      title: heading,
      xaxis: axis("predicted"),
      yaxis: { ...axis("true"), autorange: "reversed", scaleanchor: "x" },
      ...{ width: SIZE.width, height: SIZE.height + top },
      margin: { l: 64, r: 24, t: top, b: 56 },
    },
  };
}
