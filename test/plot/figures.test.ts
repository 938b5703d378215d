import { expect, test } from "vitest";
import { describe as inOneLine, learningCurves, lineChart } from "../../src/plot";

test("lineChart names its curves, places them at 0, 1, 2, … and writes units on the axes", () => {
  const axes = { x: { title: "time", unit: "s" }, y: "voltage" };
  const { data, layout } = lineChart(
    { a: new Float32Array([0.5, 1]), b: { x: [10, 20], y: [3, 4] } },
    { title: "T", ...axes },
  );
  expect(data.map(({ name, x, y }) => ({ name, x, y }))).toEqual([
    { name: "a", x: [0, 1], y: [0.5, 1] },
    { name: "b", x: [10, 20], y: [3, 4] },
  ]);
  expect(layout).toMatchObject({ title: { text: "T" }, xaxis: { title: { text: "time (s)" } }, showlegend: true });
});

test("a figure is plain JSON: six digits of a float, a gap where a value is not finite", () => {
  const figure = lineChart({ a: new Float32Array([0.1, Number.NaN, Infinity]) }, { title: "T", x: "x", y: "y" });
  expect(figure.data[0]?.y).toEqual([0.1, null, null]);
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
});

test("lineChart gives few whole numbers a tick each, and leaves others to the page", () => {
  const axisOf = (x: number[]) => lineChart({ a: { x, y: x } }, { title: "T", x: "x", y: "y" }).layout.xaxis;
  expect(axisOf([0, 1, 20])).toMatchObject({ dtick: 1 });
  for (const x of [[0, 0.5], [0, 21], []]) expect(axisOf(x)).not.toHaveProperty("dtick");
});

test("lineChart refuses a curve whose x and y differ in length, by its name", () => {
  const wrong = () => lineChart({ odd: { x: [1], y: [1, 2] } }, { title: "T", x: "x", y: "y" });
  expect(wrong).toThrow(new RangeError('series "odd": x has 1 values, y has 2; they must be equally many'));
});

test("a range on a logarithmic axis is given in values", () => {
  const { layout } = lineChart(
    { a: [1] },
    { title: "T", x: "x", y: { title: "loss", scale: "log", range: [0.01, 10] } },
  );
  expect(layout.yaxis).toMatchObject({ type: "log", range: [-2, 1], exponentformat: "power" });
});

test("learningCurves begin at epoch 1, and few epochs have a tick each", () => {
  const { data, layout } = learningCurves({ train: [0.8, 0.9], test: [0.7, 0.8] });
  expect(data.map(({ x }) => x)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(layout.xaxis).toMatchObject({ title: { text: "epoch" }, tick0: 1, dtick: 1 });
  expect(learningCurves({ train: new Float32Array(100) }).layout.xaxis).not.toHaveProperty("dtick");
  expect(learningCurves({ loss: [3, 2] }, { x: "iteration", first: 0, step: 100 }).data[0]?.x).toEqual([0, 100]);
});

test("learningCurves of nothing yet is an empty figure", () => {
  expect(learningCurves({ train: [], test: [] }).data.map(({ y }) => y)).toEqual([[], []]);
});

test("a figure in one line: its title and the last value of each curve", () => {
  expect(inOneLine(learningCurves({ train: [0.8, 0.9], test: [0.7, Number.NaN] }))).toBe(
    "[figure] Learning curves: train 0.9, test not a number (at point 2)",
  );
  expect(inOneLine({ data: [], layout: {} })).toBe("[figure] Figure");
});

test("lineChart takes dates as places on the x axis", () => {
  const dates = ["1981-01-01", "1981-01-02"];
  const { data } = lineChart(
    { minimum: { x: dates, y: [20.7, 17.9] } },
    { title: "Melbourne", x: "day", y: "minimum" },
  );
  expect(data[0]).toMatchObject({ x: dates, y: [20.7, 17.9] });
  expect(() => lineChart({ minimum: { x: dates, y: [1] } }, { title: "", x: "", y: "" })).toThrow(
    "x has 2 values, y has 1",
  );
});
