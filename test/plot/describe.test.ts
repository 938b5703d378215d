import { expect, test } from "vitest";
import { altText, confusionHeatmap, histogram, lineChart, unrolledDiagram } from "../../src/plot";

test("altText(lineChart) tells kind, title, axes, and where each curve begins and ends", () => {
  const axes = { x: { title: "time", unit: "s" }, y: "voltage" };
  expect(altText(lineChart({ a: [0.5, 1], b: [Number.NaN, 2, 3] }, { title: "T", ...axes }))).toBe(
    "Line chart. T. voltage by time (s). a: 2 points, from 0.5 to 1. b: 2 points, from 2 to 3.",
  );
});

test("altText of other figures tells their kind and title", () => {
  expect(altText(histogram({ a: [1, 2] }, { title: "Lengths", x: "length" }))).toBe(
    "Histogram. Lengths. count by length.",
  );
  expect(altText(confusionHeatmap({ data: [1], shape: [1, 1] }))).toBe(
    "Heat map. Confusion matrix. true by predicted.",
  );
});

test("altText(unrolledDiagram) tells the time steps", () => {
  const steps = [{ input: "x₀", part: "encoder" }, { output: "y₀", ignored: true, part: "decoder" }, {}];
  expect(altText(unrolledDiagram({ title: "Two", steps }))).toBe(
    "Diagram. Two. encoder, t = 0: input x₀; decoder, t = 1: output y₀ (ignored); t = 2: neither input nor output.",
  );
});

test("a long title breaks into lines, and the plot keeps its height below them", () => {
  const long = "A title that is far too long for the narrow page of a notebook, and so would be cut off at its end";
  const one = lineChart({ a: [1] }, { title: "T", x: "x", y: "y" }).layout;
  const two = lineChart({ a: [1] }, { title: long, x: "x", y: "y" }).layout;
  expect(two.title?.text.replaceAll("<br>", " ")).toBe(long);
  expect(two.title?.text.split("<br>")).toHaveLength(2);
  expect([one.height, two.height]).toEqual([380, 402]);
  expect([one.margin, two.margin]).toMatchObject([{ t: 56 }, { t: 78 }]);
});
