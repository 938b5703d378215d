// README's picture: a notebook's cell beside its figure.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Chart, pictureOf, THEMES } from "../../scripts/docs/side-by-side.mts";
import { ROOT } from "../imports";

const CHART: Chart = {
  data: [
    { name: "a < b", mode: "lines+markers", x: [0, 1, 2], y: [0, 5, 10] },
    { name: "dots", mode: "markers", x: [2], y: [10] },
  ],
  layout: { title: { text: "T" }, xaxis: { title: { text: "time" } }, yaxis: { title: { text: "value" } } },
};

test("a line and its points stand where the values say, and texts are escaped", () => {
  const svg = pictureOf("if (a < b) {\n  show();\n}", CHART, THEMES.light);
  const [, points = ""] = /<polyline points="([^"]*)"/.exec(svg) ?? [];
  const [first = [], second = [], third = []] = points.split(" ").map((point) => point.split(",").map(Number));
  expect((second[0] ?? 0) * 2).toBeCloseTo((first[0] ?? 0) + (third[0] ?? 0), 0); // in the middle
  expect((second[1] ?? 0) * 2).toBeCloseTo((first[1] ?? 0) + (third[1] ?? 0), 0);
  expect(first[1]).toBeGreaterThan(third[1] ?? 0); // up is towards 0
  expect(svg.match(/<polyline/g)).toHaveLength(1); // the second series has no line
  expect(svg.match(/<circle/g)).toHaveLength(3 + 1 + 2); // points, and one a name
  expect(svg).toContain("if (a &lt; b) {");
  expect(svg).not.toContain("a < b");
});

test("both pictures are small, and show a cell of notebook 03 as it is", () => {
  const notebook = JSON.parse(readFileSync(join(ROOT, "notebooks/03-time-series.ipynb"), "utf8"));
  const sources: string[] = notebook.cells.map(({ source }: { source: string | string[] }) => [source].flat().join(""));
  for (const theme of Object.keys(THEMES)) {
    const svg = readFileSync(join(ROOT, `docs/images/forecast-${theme}.svg`), "utf8");
    expect(svg.length).toBeLessThan(20_000);
    const lines = [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, line = ""]) => line);
    const code = lines.join("\n").replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
    expect(sources, "npm run picture").toContain(code);
  }
});
