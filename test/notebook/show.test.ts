import { afterEach, expect, test, vi } from "vitest";
import { CLAIMS_MIME, check, show, showLive, showTable } from "../../src/notebook";
import { learningCurves } from "../../src/plot";
import { endKernel, kernel } from "./kernel";

const figure = learningCurves({ test: [0.7, 0.8] });
const printed = () => vi.spyOn(console, "log").mockImplementation(() => {});

afterEach(endKernel);

test("outside a notebook a figure is one printed line", () => {
  const log = printed();
  show(figure);
  expect(log.mock.calls).toEqual([["[figure] Learning curves: test 0.8 (at point 2)"]]);
});

test("in a notebook a figure is a bundle of plotly's form and a text, without HTML", () => {
  const write = kernel();
  show(figure);
  const alt = "Line chart. Learning curves. accuracy by epoch. test: 2 points, from 0.7 to 0.8.";
  const config = { displayModeBar: "hover", displaylogo: false, responsive: true };
  const shown = { data: figure.data, layout: { ...figure.layout, meta: { alt } }, config };
  const data = { "application/vnd.plotly.v1+json": shown, "text/plain": expect.stringContaining("Learning curves") };
  expect(write.mock.calls).toEqual([[{ data, metadata: {}, transient: {} }, false]]);
});

test("a live figure is shown once and then replaced in place, drawn anew each time", () => {
  const write = kernel();
  const plot = showLive(figure);
  plot.update(figure);
  plot.update(figure);
  expect(write.mock.calls.map(([, update]) => update)).toEqual([false, true, true, true, true]);
  // JupyterLab's plotly renderer draws once: each update is a change to text and back, for a renderer of its own.
  const kinds = write.mock.calls.map(([{ data }]) => Object.keys(data).length);
  expect(kinds).toEqual([2, 1, 2, 1, 2]);
  const ids = write.mock.calls.map(([{ transient }]) => transient.display_id);
  expect(new Set(ids).size).toBe(1);
  showLive(figure);
  expect(write.mock.lastCall?.[0].transient.display_id).not.toBe(ids[0]);
});

test("claims travel to the headless runner beside the printed lines", () => {
  const write = kernel();
  check({ one: { value: 1, atLeast: 1 } });
  expect(write.mock.lastCall?.[0].data).toEqual({
    "text/plain": "✓ one is 1, at least 1",
    [CLAIMS_MIME]: { claims: [{ name: "one", verdict: "holds", text: "1, at least 1" }] },
  });
});

test("rows of a table may be of an interface, as a summary's are", () => {
  interface Weight {
    readonly name: string;
    readonly parameters: number;
  }
  const rows: readonly Weight[] = [{ name: "kernel", parameters: 12 }];
  const log = printed();
  showTable(rows);
  expect(log.mock.lastCall?.[0]).toBe("name    parameters\nkernel          12");
});

test("showTable(frame) shows a data frame with its index before its columns", () => {
  const log = printed();
  const values = [
    [2, 3],
    [1.5, 2.5],
  ];
  showTable({ index: ["count", "mean"], columns: ["low", "high"], values });
  expect(log.mock.lastCall?.[0]).toBe("         low   high\ncount      2      3\nmean   1.500  2.500");
});

test("a table is aligned text, and HTML with what is special in it written out", () => {
  const rows = [
    { epoch: 1, accuracy: 0.912345, note: "a<b" },
    { epoch: 10, accuracy: 0.95 },
  ];
  const log = printed();
  showTable(rows);
  expect(log.mock.lastCall?.[0]).toBe("epoch  accuracy  note\n    1    0.9123  a<b\n   10    0.9500");
  const write = kernel();
  showTable(rows, { columns: ["note"] });
  expect(write.mock.lastCall?.[0].data["text/html"]).toContain(">a&#60;b</td>");
});
