import { expect, test } from "vitest";
import { altText, profileBars } from "../../src/plot";

const row = (name: string, microseconds: number) => ({ name, microseconds });
const profile = {
  bySource: [row("gradients/LSTMCell", 3000), row("LSTMCell", 2000), row("Dense", 4500), row("(outside)", 1)],
  byOp: [row("MatMul", 9000), row("Add", 501)],
};

test("profileBars(profile) stacks the forward pass and the gradients of a layer, the longest at the top", () => {
  const { data, layout } = profileBars(profile);
  expect(data.map(({ name, x, y }) => ({ name, x, y }))).toEqual([
    { name: "forward", x: [2, 4.5, 0.001], y: ["LSTMCell", "Dense", "(outside)"] },
    { name: "gradients", x: [3, 0, 0], y: ["LSTMCell", "Dense", "(outside)"] },
  ]);
  expect(layout).toMatchObject({ barmode: "stack", showlegend: true, xaxis: { title: { text: "time (ms)" } } });
});

test("profileBars(profile, { by, rows }) draws operations, and sums up the rest", () => {
  expect(profileBars(profile, { by: "op" }).data).toMatchObject([
    { name: "time", x: [9, 0.501], y: ["MatMul", "Add"] },
  ]);
  const { data } = profileBars(profile, { rows: 2 });
  expect(data).toMatchObject([{ x: [2, 4.501], y: ["LSTMCell", "(2 more)"] }, { x: [3, 0] }]);
});

test("altText(profileBars(profile)) says each bar", () => {
  expect(altText(profileBars(profile))).toBe(
    "Bar chart. Time of operations. LSTMCell: 5 ms, of which gradients 3 ms; Dense: 4.5 ms; (outside): 0.001 ms.",
  );
});

test("profileBars(profile, options) refuses what it does not know", () => {
  expect(() => profileBars(profile, { rows: 0 })).toThrow("rows: expected a whole number above 0, got 0");
  expect(() => profileBars(profile, { by: "layer" as never })).toThrow('by: expected "source" or "op", got "layer"');
});
