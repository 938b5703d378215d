import { expect, test } from "vitest";
import { describe as inOneLine, unrolledDiagram } from "../../src/plot";

interface Arrow {
  x: number;
  y: number;
  ax?: number;
  ay?: number;
  text: string;
  arrowcolor?: string;
}
const annotations = (figure: { layout: object }) => (figure.layout as { annotations: Arrow[] }).annotations;
const arrows = (figure: { layout: object }) =>
  annotations(figure)
    .filter(({ ax }) => ax !== undefined)
    .map(({ ax, ay, x, y }) => [ax, ay, x, y]);

test("unrolledDiagram draws a cell a step, an arrow for each input and output that is named, and the state handed on", () => {
  const steps = [{ input: "x₀" }, { input: "x₁" }, { input: "x₂", output: "y" }];
  const figure = unrolledDiagram({ title: "Sequence to vector", steps });
  expect(figure.data[0]).toMatchObject({ x: [0, 1, 2], text: ["t = 0", "t = 1", "t = 2"] });
  expect(figure.data[1]).toMatchObject({ text: ["x₀", "x₁", "x₂"] });
  expect(figure.data[2]).toMatchObject({ x: [2], text: ["y"] });
  expect(arrows(figure)).toEqual([
    [0, 0, 0, 1],
    [0, 1, 1, 1],
    [1, 0, 1, 1],
    [1, 1, 2, 1],
    [2, 0, 2, 1],
    [2, 1, 2, 2],
  ]);
  const named = annotations(figure).filter(({ text }) => text !== "");
  expect(named.map(({ text, x }) => [text, x])).toEqual([
    ["h₀", 0.5],
    ["h₁", 1.5],
  ]);
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
});

test("parts have a colour each and a legend; feedback goes from an output to the next input; ignored outputs are pale", () => {
  const steps = [
    { input: "x₀", output: "y₀", ignored: true, part: "encoder" },
    { input: "y₀", output: "y₁", part: "decoder" },
  ];
  const figure = unrolledDiagram({ title: "T", steps, feedback: true, state: "c" });
  expect(figure.data.slice(0, 2).map(({ name, x }) => [name, x])).toEqual([
    ["encoder", [0]],
    ["decoder", [1]],
  ]);
  expect(figure.layout.showlegend).toBe(true);
  expect(inOneLine(figure)).toBe("[figure] T");
  expect(arrows(figure)).toContainEqual([0, 2, 1, 0]);
  const [pale, dark] = [0, 1].map((t) => annotations(figure).find(({ ax, ay, y }) => ax === t && ay === 1 && y === 2));
  expect(pale?.arrowcolor).not.toBe(dark?.arrowcolor);
  expect(annotations(figure).some(({ text }) => text === "c₀")).toBe(true);
});

test("unrolledDiagram refuses no time steps", () => {
  expect(() => unrolledDiagram({ title: "T", steps: [] })).toThrow(/steps: expected at least one/);
});
