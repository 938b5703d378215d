import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  batches,
  DataError,
  randomTimeSeriesWindows,
  TIME_SERIES,
  timeSeries,
  timeSeriesWindows,
} from "../../../src/data";

test("TIME_SERIES is the book's interval and step", () => {
  expect(TIME_SERIES).toEqual({ tMin: 0, tMax: 30, resolution: 0.1 });
});

test("timeSeries is t·sin(t)/3 + 2·sin(5t)", () => {
  expect(timeSeries(0)).toBe(0);
  expect(timeSeries(Math.PI)).toBeCloseTo(0, 12); // sin(π) and sin(5π) are 0
  expect(timeSeries(Math.PI / 2)).toBeCloseTo(Math.PI / 6 + 2, 12);
  expect(timeSeries((3 * Math.PI) / 2)).toBeCloseTo(-Math.PI / 2 - 2, 12);
});

test("timeSeriesWindows(starts): x has a value every 0.1 from its start, y the values one step later", () => {
  const { x, y } = timeSeriesWindows([0, 12.2], { nSteps: 3 });
  expect([x.shape, y.shape]).toEqual([
    [2, 3, 1],
    [2, 3, 1],
  ]);
  expect(Array.from(x.data)).toEqual([0, 0.1, 0.2, 12.2, 12.3, 12.4].map((t) => expect.closeTo(timeSeries(t), 5)));
  expect(Array.from(y.data)).toEqual([0.1, 0.2, 0.3, 12.3, 12.4, 12.5].map((t) => expect.closeTo(timeSeries(t), 5)));
});

test("timeSeriesWindows(starts) at the book's random times gives the book's batch", () => {
  const uniform = new Float64Array(
    Uint8Array.from(readFileSync(join(__dirname, "../../golden/notebook14/ts_uniform_21x50.f64"))).buffer,
  ).subarray(0, 50);
  const { x, y } = timeSeriesWindows(uniform.map((u) => 28 * u));
  const t = 28 * (uniform[49] as number);
  expect(x.shape).toEqual([50, 20, 1]);
  expect(x.data[49 * 20 + 19]).toBeCloseTo(timeSeries(t + 1.9), 5);
  expect(y.data[49 * 20 + 19]).toBeCloseTo(timeSeries(t + 2.0), 5);
});

test("randomTimeSeriesWindows(count, { seed }): the same seed gives the same windows, another seed gives others", () => {
  const [once, again, other] = [7, 7, 8].map((seed) => randomTimeSeriesWindows(30, { seed }).x.data);
  expect(once).toEqual(again);
  expect(once).not.toEqual(other);
});

test("randomTimeSeriesWindows(count) covers the whole series, and nothing beyond it", () => {
  const { x, y } = randomTimeSeriesWindows(5_000, { seed: 1, nSteps: 1 });
  const largest = Math.max(...Array.from({ length: 30_001 }, (_, i) => Math.abs(timeSeries(i / 1_000))));
  const seen = [x, y].map(({ data }) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  for (const most of seen) {
    expect(most).toBeLessThanOrEqual(largest + 1e-6);
    expect(most).toBeGreaterThan(0.99 * largest);
  }
});

test("y of a random window is x one step later", () => {
  const { x, y } = randomTimeSeriesWindows(4, { seed: 3 });
  for (let window = 0; window < 4; window++) {
    const [later, targets] = [
      x.data.subarray(window * 20 + 1, window * 20 + 20),
      y.data.subarray(window * 20, window * 20 + 19),
    ];
    later.forEach((value, i) => {
      expect(targets[i]).toBeCloseTo(value, 5);
    });
  }
});

test("batches(windows, options) takes windows as a data set", () => {
  const [first] = batches(randomTimeSeriesWindows(100), { batchSize: 50 });
  expect(first?.y.shape).toEqual([50, 20, 1]);
});

test("wrong counts, lengths and times are refused, by name", () => {
  expect(() => randomTimeSeriesWindows(0)).toThrow(
    "randomTimeSeriesWindows: count: expected a whole number of at least 1, got 0",
  );
  expect(() => randomTimeSeriesWindows(1, { nSteps: 301 })).toThrow("nSteps: expected a whole number from 1 to 300");
  expect(() => timeSeriesWindows([1], { nSteps: 0 })).toThrow(DataError);
  expect(() => timeSeriesWindows([1, Number.NaN])).toThrow(
    "timeSeriesWindows: starts[1]: expected a finite time, got NaN",
  );
});
