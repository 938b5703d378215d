/** npm run picture: writes README's picture anew, a cell of notebook 03 and its figure, in light and in dark colours. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { joined } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { readNotebook } from "../notebooks/find.mts";
import { type Chart, pictureOf, THEMES } from "./side-by-side.mts";

const NOTEBOOK = "03-time-series";
const TITLE = "After 1,000 iterations"; // of the figure
const MIME = "application/vnd.plotly.v1+json";

const { cells } = readNotebook(join(ROOT, "notebooks", `${NOTEBOOK}.ipynb`));
const cell = cells.find(({ source }) => joined(source).includes(`title: "${TITLE}"`));
const figure = cell?.outputs?.map(({ data }) => data?.[MIME]).find((each) => each !== undefined);
const chart: Chart | undefined = figure && JSON.parse(JSON.stringify(figure)); // of scatter traces, as the cell draws them
if (cell === undefined || chart === undefined) throw new Error(`${NOTEBOOK}: no figure "${TITLE}" with its output`);
for (const [name, colors] of Object.entries(THEMES)) {
  const path = join("docs", "images", `forecast-${name}.svg`);
  writeFileSync(join(ROOT, path), pictureOf(joined(cell.source), chart, colors));
  console.log(`wrote ${path}`);
}
