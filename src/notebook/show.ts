import { checkOptions } from "../arguments";
import { altText, describe, type Figure } from "../plot";
import { type Bundle, display, liveDisplay } from "./kernel";
import { type FrameLike, rowsOf, type TableOptions, tableHtml, tableText } from "./table";

/** The toolbar appears when the mouse is on the figure, and only then: elsewhere it covers the title. */
const CONFIG = { displayModeBar: "hover", displaylogo: false, responsive: true };

function figureBundle(figure: Figure): Bundle {
  const { data, layout } = figure;
  const told = { ...layout, meta: { ...layout.meta, alt: altText(figure) } };
  return { "application/vnd.plotly.v1+json": { data, layout: told, config: CONFIG }, "text/plain": describe(figure) };
}

/** Draws a figure below the cell; outside a notebook it prints one line. */
export function show(figure: Figure): void {
  display(figureBundle(figure));
}

/** A figure that is redrawn in the same output while something trains. */
export interface LiveFigure {
  update(figure: Figure): void;
}

/**
 * Starts a figure that can be updated.
 *
 *   const plot = showLive();
 *   for (let epoch = 0; epoch < nEpochs; epoch++) {
 *     …
 *     plot.update(learningCurves({ train, test }));
 *   }
 */
export function showLive(first?: Figure): LiveFigure {
  const output = liveDisplay();
  if (first) output.update(figureBundle(first));
  return { update: (figure) => output.update(figureBundle(figure)) };
}

/**
 * Shows plain objects as a table, one row for each; the columns are the keys, in the order in which they first appear.
 *
 *   showTable(summary({ rnn: cell, dense: head }));
 *   showTable(frame.describe());
 */
export function showTable(rows: readonly object[] | FrameLike, options: TableOptions = {}): void {
  checkOptions("showTable", options, ["columns", "digits"]);
  const table = rowsOf(rows);
  display({ "text/html": tableHtml(table, options), "text/plain": tableText(table, options) });
}
