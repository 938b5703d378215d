import { expect, test } from "vitest";
import { DataError, spectrum, strongestPeriod } from "../../../src/data";

/** 300 values of two sines, every 0.1: amplitude 2 with period 5, amplitude 0.5 with period 1.25; and a constant. */
const two = Float64Array.from({ length: 300 }, (_, i) => {
  const t = i / 10;
  return 7 + 2 * Math.sin((2 * Math.PI * t) / 5) + 0.5 * Math.sin((2 * Math.PI * t) / 1.25);
});

test("spectrum(values): a sine has a peak at its period, as high as its squared amplitude", () => {
  const { period, power } = spectrum(two, { step: 0.1 });
  const at = (wanted: number) => power[period.findIndex((each) => Math.abs(each - wanted) < 1e-9)];
  expect(at(5)).toBeCloseTo(4, 2);
  expect(at(1.25)).toBeCloseTo(0.25, 2);
  expect(at(2.5)).toBeLessThan(1e-4);
  expect([period[0], period.at(-1)]).toEqual([30, expect.closeTo(0.2, 9)]); // two steps
});

test("strongestPeriod(spectrum, shortest, longest) looks only between the two periods", () => {
  const found = spectrum(two, { step: 0.1 });
  expect(strongestPeriod(found, 0.5, 30)).toBeCloseTo(5, 6);
  expect(strongestPeriod(found, 0.5, 2)).toBeCloseTo(1.25, 6);
  expect(() => strongestPeriod(found, 40, 50)).toThrow("expected one with periods of the spectrum");
});

test("spectrum(values, { finer }) finds a period between those that the length can resolve", () => {
  const values = Float64Array.from({ length: 300 }, (_, i) => Math.sin(i / 2)); // period 2π/5 at a step of 0.1
  expect(Math.abs(strongestPeriod(spectrum(values, { step: 0.1 }), 0.5, 5) - (2 * Math.PI) / 5)).toBeLessThan(0.01);
});

test("spectrum refuses too few values, values that are not finite and a step of 0", () => {
  expect(() => spectrum([1, 2, 3])).toThrow(DataError);
  expect(() => spectrum([1, 2, Number.NaN, 4])).toThrow("values[2]: expected a finite number, got NaN");
  expect(() => spectrum(two, { step: 0 })).toThrow("step: expected a time above 0, got 0");
});
