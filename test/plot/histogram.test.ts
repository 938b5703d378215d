import { expect, test } from "vitest";
import { histogram, describe as inOneLine, letterChart } from "../../src/plot";

test("histogram counts values by bin; outside of the range they count at its ends, NaN nowhere", () => {
  const { data, layout } = histogram(
    { a: [0, 0.1, 0.5, 0.99, 1, 7, -7, Number.NaN], b: new Float32Array([0.6]) },
    { title: "T", x: { title: "length", unit: "m" }, range: [0, 1], bins: 2 },
  );
  expect(data.map(({ name, x, y }) => ({ name, x, y }))).toEqual([
    { name: "a", x: [0.25, 0.75], y: [3, 4] },
    { name: "b", x: [0.25, 0.75], y: [0, 1] },
  ]);
  expect(layout).toMatchObject({ xaxis: { title: { text: "length (m)" } }, barmode: "overlay", showlegend: true });
});

test("histogram takes its range from the values, also when there is but one", () => {
  expect(histogram({ a: [2, 4, 3] }, { title: "T", x: "x", bins: 2 }).data[0]).toMatchObject({
    x: [2.5, 3.5],
    y: [1, 2],
  });
  expect(histogram({ a: [5] }, { title: "T", x: "x", bins: 1 }).data[0]).toMatchObject({ x: [5], y: [1] });
});

test("histogram refuses an empty range and no bins", () => {
  const draw = (options: object) => () => histogram({ a: [] }, { title: "T", x: "x", ...options });
  expect(draw({ range: [1, 1] })).toThrow("range: expected [from, to] with from below to, got [1, 1]");
  expect(draw({})).toThrow("range: expected");
  expect(draw({ range: [0, 1], bins: 0 })).toThrow("bins: expected a whole number above 0, got 0");
});

test("letterChart has a tick for each place with the letters of all texts, and one value for each letter", () => {
  const figure = letterChart(
    { a: { text: "BT", y: [0, 1] }, b: { text: "BTE", y: [0, 1, 0.5] } },
    { title: "T", y: "p" },
  );
  expect(figure.layout.xaxis).toMatchObject({ tickvals: [0, 1, 2], ticktext: ["B<br>B", "T<br>T", " <br>E"] });
  expect(inOneLine(figure)).toBe("[figure] T: a 1, b 0.5 (at point 3)");
  const wrong = () => letterChart({ a: { text: "BT", y: [0] } }, { title: "T", y: "p" });
  expect(wrong).toThrow('series "a": expected 2 values, one for each letter, got 1');
});
