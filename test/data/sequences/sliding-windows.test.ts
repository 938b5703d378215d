import fc from "fast-check";
import { expect, test } from "vitest";
import {
  DataError,
  lastStep,
  numericArray,
  scaled,
  scaleOf,
  sliceRows,
  sliceSteps,
  slidingWindows,
} from "../../../src/data";

/** Five time steps of two features: [0, 10], [1, 11], … */
const series = numericArray(Float32Array.of(0, 10, 1, 11, 2, 12, 3, 13, 4, 14), [5, 2]);

test("slidingWindows(series, { nSteps }) has a window from each time step, and the targets one step later", () => {
  const { x, y } = slidingWindows(series, { nSteps: 3 });
  expect([x.shape, y.shape]).toEqual([
    [2, 3, 2],
    [2, 3, 2],
  ]);
  expect(Array.from(x.data)).toEqual([0, 10, 1, 11, 2, 12, 1, 11, 2, 12, 3, 13]);
  expect(Array.from(y.data)).toEqual([1, 11, 2, 12, 3, 13, 2, 12, 3, 13, 4, 14]);
});

test("slidingWindows(…, { targets }) has the given columns as targets, in that order", () => {
  const { x, y } = slidingWindows(series, { nSteps: 4, targets: [1] });
  expect([x.shape, y.shape]).toEqual([
    [1, 4, 2],
    [1, 4, 1],
  ]);
  expect(Array.from(y.data)).toEqual([11, 12, 13, 14]);
  expect(Array.from(slidingWindows(series, { nSteps: 4, targets: [1, 0] }).y.data)).toEqual([
    11, 1, 12, 2, 13, 3, 14, 4,
  ]);
});

test("slidingWindows refuses windows as long as the series, and column numbers out of range", () => {
  expect(() => slidingWindows(series, { nSteps: 5 })).toThrow("nSteps: expected a whole number from 1 to 4, got 5");
  expect(() => slidingWindows(series, { nSteps: 2, targets: [2] })).toThrow(
    "targets: expected a whole number from 0 to 1",
  );
  expect(() => slidingWindows(numericArray(new Float32Array(4), [4]), { nSteps: 2 })).toThrow(
    "[time, features], got [4]",
  );
});

test("slidingWindows(…, { horizon, stride }) has targets that many steps ahead, from every stride-th time step on", () => {
  const long = numericArray(
    Float32Array.from({ length: 8 }, (_, i) => i),
    [8, 1],
  );
  const { x, y } = slidingWindows(long, { nSteps: 2, horizon: 3, stride: 2 });
  expect(Array.from(x.data)).toEqual([0, 1, 2, 3]); // the next window, 4 and 5, would need 8
  expect(Array.from(y.data)).toEqual([3, 4, 5, 6]);
  const next = slidingWindows(long, { nSteps: 2, horizon: 3, stride: 2, targetSteps: "following" });
  expect([next.x.shape, next.y.shape]).toEqual([
    [2, 2, 1],
    [2, 3, 1],
  ]);
  expect(Array.from(next.y.data)).toEqual([2, 3, 4, 4, 5, 6]);
});

test("x[i, t] is series[i·stride + t], and y as the docstring says, for all sizes; one more window does not fit", () => {
  const size = (max: number) => fc.integer({ min: 1, max });
  const property = fc.property(
    size(40),
    size(6),
    size(5),
    size(4),
    fc.boolean(),
    (time, nSteps, horizon, stride, next) => {
      const values = numericArray(
        Float32Array.from({ length: time * 2 }, (_, i) => i),
        [time, 2],
      );
      const options = { nSteps, horizon, stride, targets: [1], targetSteps: next ? "following" : "shifted" } as const;
      if (time < nSteps + horizon) {
        expect(() => slidingWindows(values, options)).toThrow(DataError);
        return;
      }
      const { x, y } = slidingWindows(values, options);
      const [count, length] = [x.shape[0] as number, y.shape[1] as number];
      const last = (i: number) => i * stride + nSteps + horizon - 1;
      expect(last(count - 1)).toBeLessThan(time);
      expect(last(count)).toBeGreaterThanOrEqual(time);
      for (let i = 0; i < count; i++) {
        for (let t = 0; t < nSteps; t++) expect(x.data[(i * nSteps + t) * 2]).toBe((i * stride + t) * 2);
        const first = i * stride + (next ? nSteps : horizon);
        for (let t = 0; t < length; t++) expect(y.data[i * length + t]).toBe((first + t) * 2 + 1);
      }
    },
  );
  fc.assert(property, { numRuns: 100, seed: 7 });
});

test("slidingWindows refuses a series that is too short for its horizon, and options out of range", () => {
  const refusal = (options: object) => expect(() => slidingWindows(series, { nSteps: 3, ...options }));
  refusal({ horizon: 3 }).toThrow("series: expected at least nSteps + horizon = 6 time steps, got 5");
  refusal({ horizon: 0 }).toThrow("horizon: expected a whole number of at least 1, got 0");
  refusal({ stride: 0 }).toThrow("stride: expected a whole number of at least 1, got 0");
  refusal({ targetSteps: "next" }).toThrow('targetSteps: expected "shifted" or "following", got "next"');
  const one = numericArray(Float32Array.of(1), [1, 1]);
  expect(() => slidingWindows(one, { nSteps: 1 })).toThrow("series: expected at least nSteps + horizon = 2 time steps");
});

test("sliceSteps(array, begin, end) and lastStep(array) take time steps of every example", () => {
  const array = numericArray(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [2, 3, 2],
  );
  expect(sliceSteps(array, 1, 3)).toEqual({ data: Float32Array.of(2, 3, 4, 5, 8, 9, 10, 11), shape: [2, 2, 2] });
  expect(lastStep(array)).toEqual({ data: Float32Array.of(4, 5, 10, 11), shape: [2, 2] });
  expect(() => sliceSteps(array, 1, 4)).toThrow(DataError);
  expect(() => sliceSteps(numericArray(new Float32Array(2), [2]), 0, 1)).toThrow("[rows, nSteps, …], got [2]");
});

test("scaled(series, scaleOf(series)) has mean 0 and deviation 1 in each column", () => {
  const { mean, deviation } = scaleOf(series);
  expect([mean, deviation]).toEqual([
    [2, 12],
    [Math.SQRT2, Math.SQRT2],
  ]);
  const again = scaleOf(scaled(series, { mean, deviation }));
  for (const value of again.mean) expect(value).toBeCloseTo(0, 6);
  for (const value of again.deviation) expect(value).toBeCloseTo(1, 6);
});

test("scaleOf(series, rows) ignores later time steps", () => {
  const later = numericArray(Float32Array.of(0, 2, 1e9), [3, 1]);
  expect(scaleOf(later, 2)).toEqual({ mean: [1], deviation: [1] });
  expect(() => scaleOf(later, 4)).toThrow("rows: expected a whole number from 1 to 3");
  expect(() => scaleOf(later, 1)).toThrow("column 0: expected values that differ, got 0 only");
  expect(() => scaled(series, { mean: [1], deviation: [1] })).toThrow("scale: expected 2 columns, got 1");
});

test("scaleOf(series, rows) names the first value that is not finite", () => {
  const holes = numericArray(Float32Array.of(1, 2, 3, Number.NaN, 5, Number.POSITIVE_INFINITY), [3, 2]);
  expect(() => scaleOf(holes)).toThrow("scaleOf: series[1][1]: expected a finite number, got NaN");
  expect(() => scaleOf(sliceRows(holes, 2, 3))).toThrow(
    "scaleOf: series[0][1]: expected a finite number, got Infinity",
  );
});
