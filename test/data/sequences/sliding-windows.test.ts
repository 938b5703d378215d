import { expect, test } from "vitest";
import { DataError, lastStep, numericArray, scaled, scaleOf, sliceSteps, slidingWindows } from "../../../src/data";

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
