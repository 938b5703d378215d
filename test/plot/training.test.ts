import { expect, test } from "vitest";
import { confusionHeatmap, describe as inOneLine, learningCurve } from "../../src/plot";

const record = (epoch: number, more: object = {}) => ({
  epoch,
  loss: 1 / (epoch + 1),
  learningRate: 0.1,
  seconds: 1,
  ...more,
});

test("learningCurve draws a panel for the loss and one for each metric, the validation's beside the training's", () => {
  const epochs = [0, 1].map((epoch) => record(epoch, { accuracy: 0.5, val_loss: 2, val_accuracy: 0.25 }));
  const { data, layout } = learningCurve({ epochs });
  expect(data.map(({ name, xaxis, yaxis, x }) => [name, xaxis, yaxis, x])).toEqual([
    ["loss", "x", "y", [1, 2]],
    ["val_loss", "x", "y", [1, 2]],
    ["accuracy", "x2", "y2", [1, 2]],
    ["val_accuracy", "x2", "y2", [1, 2]],
  ]);
  expect(layout).toMatchObject({ yaxis2: { title: { text: "accuracy" }, anchor: "x2" }, xaxis: { domain: [0, 0.44] } });
  expect(JSON.parse(JSON.stringify({ data, layout }))).toEqual({ data, layout });
  expect(inOneLine({ data, layout })).toBe(
    "[figure] Learning curves: loss 0.5, val_loss 2, accuracy 0.5, val_accuracy 0.25 (at point 2)",
  );
});

test("learningCurve marks each epoch where they are few, and leaves it to the page where they are many", () => {
  const axisOf = (count: number) =>
    learningCurve({ epochs: Array.from({ length: count }, (_, i) => record(i)) }).layout;
  expect(axisOf(3).xaxis).toMatchObject({ tick0: 1, dtick: 1 });
  expect(axisOf(50).xaxis).not.toHaveProperty("dtick");
});

test("learningCurve of chosen measures, of a validation measure alone, of nothing yet", () => {
  const epochs = [record(3, { accuracy: 0.5, val_mse: 3 })];
  expect(learningCurve({ epochs }, { measures: ["accuracy"] }).data.map(({ name }) => name)).toEqual(["accuracy"]);
  expect(learningCurve({ epochs }).data.map(({ name, x }) => [name, x])).toEqual([
    ["loss", [4]],
    ["accuracy", [4]],
    ["val_mse", [4]],
  ]);
  expect(learningCurve({ epochs: [] }).data).toEqual([]);
});

test("confusionHeatmap colours by the share of the true class and writes the counts", () => {
  const { data, layout } = confusionHeatmap(
    { data: Int32Array.of(3, 1, 0, 0), shape: [2, 2] },
    { labels: ["cat", "dog"] },
  );
  expect(data[0]).toMatchObject({
    x: ["cat", "dog"],
    z: [
      [0.75, 0.25],
      [0, 0],
    ],
    text: [
      [3, 1],
      [0, 0],
    ],
  });
  expect(layout).toMatchObject({ xaxis: { title: { text: "predicted" } }, yaxis: { autorange: "reversed" } });
  expect(confusionHeatmap({ data: [1], shape: [1, 1] }).data[0]).toMatchObject({ y: ["0"] });
});

test("confusionHeatmap refuses shapes and labels that do not fit", () => {
  expect(() => confusionHeatmap({ data: [1, 2], shape: [1, 2] })).toThrow(
    /^matrix: expected shape \[classes, classes\]/,
  );
  expect(() => confusionHeatmap({ data: [1], shape: [1, 1] }, { labels: [] })).toThrow(/^labels: expected 1/);
});
