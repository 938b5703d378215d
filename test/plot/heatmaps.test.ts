import { expect, test } from "vitest";
import { heatmapsOverTime } from "../../src/plot";

test("heatmapsOverTime: a panel for each name, a row for each unit, time along x", () => {
  const panels = {
    f: { data: [0.1, 0.2, 0.3, 0.4, 0.5, 0.61238], shape: [3, 2] },
    c: { data: Float32Array.of(-1, 0, Number.NaN), shape: [3, 1], range: [-1, 3] as const, y: "memory" },
  };
  const figure = heatmapsOverTime(panels, { title: "T" });
  expect(figure.data).toMatchObject([
    {
      name: "f",
      z: [
        [0.1, 0.3, 0.5],
        [0.2, 0.4, 0.612],
      ],
      zmin: 0,
      zmax: 1,
      yaxis: "y",
    },
    { name: "c", z: [[-1, 0, null]], zmin: -3, zmax: 3, yaxis: "y2" },
  ]);
  expect(figure.layout).toMatchObject({
    title: { text: "T" },
    xaxis2: { title: { text: "time step" }, matches: "x" },
    yaxis: { title: { text: "unit" }, range: [1.5, -0.5] },
    yaxis2: { title: { text: "memory" }, showticklabels: false },
    annotations: [{ text: "f" }, { text: "c" }],
  });
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
});

test("panels lie below each other and do not overlap", () => {
  const panel = { data: [0], shape: [1, 1] };
  const { layout } = heatmapsOverTime({ a: panel, b: panel, c: panel }, { title: "T" });
  const domains = ["yaxis", "yaxis2", "yaxis3"].map((name) => (layout[name] as { domain: [number, number] }).domain);
  expect(domains[0]?.[1]).toBeCloseTo(1);
  expect(domains[2]?.[0]).toBeCloseTo(0);
  expect(domains[0]?.[0]).toBeGreaterThan(domains[1]?.[1] as number);
  expect(domains[1]?.[0]).toBeGreaterThan(domains[2]?.[1] as number);
});

test("a panel whose shape and data do not fit, or whose range is empty, is named", () => {
  expect(() => heatmapsOverTime({ odd: { data: [1], shape: [1, 2] } }, { title: "T" })).toThrow(
    new RangeError('panel "odd": expected shape [nSteps, units], got [1, 2] with 1 values'),
  );
  const empty = { data: [1], shape: [1, 1], range: [1, 1] as const };
  expect(() => heatmapsOverTime({ odd: empty }, { title: "T" })).toThrow(/panel "odd": expected a range/);
});

test("steps and units may have names, as many as there are", () => {
  const panel = { data: [1, 0, 0, 1], shape: [2, 2], units: ["a", "b"] };
  const { layout } = heatmapsOverTime({ one: panel }, { title: "T", steps: ["h", "e"] });
  expect(layout).toMatchObject({
    xaxis: { tickvals: [0, 1], ticktext: ["h", "e"] },
    yaxis: { tickvals: [0, 1], ticktext: ["a", "b"] },
  });
  expect(heatmapsOverTime({ one: { data: [1], shape: [1, 1] } }, { title: "T" }).layout.xaxis).not.toHaveProperty(
    "tickvals",
  );
  expect(() => heatmapsOverTime({ one: panel }, { title: "T", steps: ["h"] })).toThrow(
    new RangeError('steps of panel "one": expected 2 names, got 1'),
  );
  expect(() => heatmapsOverTime({ one: { ...panel, units: [] } }, { title: "T" })).toThrow(
    new RangeError('units of panel "one": expected 2 names, got 0'),
  );
});
