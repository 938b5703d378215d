import { expect, test } from "vitest";
import { alignmentHeatmap, altText } from "../../src/plot";

const source = ["I", "am", "cold"];
const target = ["j'ai", "froid"];

test("alignmentHeatmap: a row for each produced word, a column for each source word, words on both axes", () => {
  const alignments = { data: Float32Array.of(0.7, 0.25, 0.05, 0, 0, 1), shape: [2, 3] };
  const figure = alignmentHeatmap(alignments, { title: "Where it looks", source, target });
  expect(figure.data).toMatchObject([
    {
      type: "heatmap",
      z: [
        [0.7, 0.25, 0.05],
        [0, 0, 1],
      ],
      zmin: 0,
      zmax: 1,
      hovertemplate: "%{y} looks at %{x}: %{z}<extra></extra>",
    },
  ]);
  expect(figure.layout).toMatchObject({
    title: { text: "Where it looks" },
    xaxis: { title: { text: "source" }, tickvals: [0, 1, 2], ticktext: source },
    yaxis: { title: { text: "produced" }, tickvals: [0, 1], ticktext: target, range: [1.5, -0.5] },
  });
  expect(altText(figure)).toBe("Heat map. Where it looks. produced by source.");
});

test("a word that comes twice has two columns; padding behind the words is left out, if it is 0", () => {
  const padded = { data: [0.5, 0.5, 0, 0, 0, 0], shape: [2, 3] };
  const figure = alignmentHeatmap(padded, { title: "T", source: ["no", "no"], target: ["non"] });
  expect(figure.data[0]?.z).toEqual([[0.5, 0.5]]);
  expect(figure.layout.xaxis).toMatchObject({ ticktext: ["no", "no"] });
  const wrong = { data: [0.5, 0.4, 0.1, 0, 0, 0], shape: [2, 3] };
  expect(() => alignmentHeatmap(wrong, { title: "T", source: ["no", "no"], target: ["non"] })).toThrow(
    "alignments: expected 0 behind the 1 produced and 2 source words, got 0.1 at [0, 2]",
  );
});

test("alignmentHeatmap refuses alignments with fewer rows or columns than words, and data that do not fit the shape", () => {
  for (const [shape, count] of [
    [[1, 3], 3],
    [[2, 2], 4],
    [[2, 3], 5],
    [[6], 6],
  ] as const) {
    const alignments = { data: new Float32Array(count), shape };
    expect(() => alignmentHeatmap(alignments, { title: "T", source, target })).toThrow(
      `expected shape [2, 3], one row a produced word, got [${shape.join(", ")}] with ${count} values`,
    );
  }
});
