import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClaimError, check } from "../../src/notebook";

let printed: string[] = [];

beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(...line.split("\n")));
});
afterEach(() => {
  vi.restoreAllMocks();
});

test("check prints one line for each claim and returns nothing", () => {
  const returned = check({ testAccuracy: { value: 0.98, atLeast: 0.97 }, epochs: { value: 2, equals: 2 } });
  expect(printed).toEqual(["✓ testAccuracy is 0.98, at least 0.97", "✓ epochs is 2, equal to 2"]);
  expect(returned).toBeUndefined(); // a kernel prints what a cell's last line returns
});

test("a false claim throws a ClaimError, after all claims are printed", () => {
  const claims = { low: { value: 0.5, atLeast: 0.97 }, fine: { value: 1, equals: 1 } };
  expect(() => check(claims)).toThrow(ClaimError);
  expect(printed).toEqual(["✗ low is 0.5, at least 0.97: false", "✓ fine is 1, equal to 1"]);
});

test("the error carries the claims that failed", () => {
  try {
    check({ low: { value: 0.5, atLeast: 0.97 } });
    expect.unreachable();
  } catch (error) {
    const failed = [{ name: "low", verdict: "fails", text: "0.5, at least 0.97" }];
    expect(error).toMatchObject({ name: "ClaimError", message: "low is 0.5, at least 0.97: false", failed });
  }
});

test("on stand-in data nothing is proven, whether a claim would hold or not", () => {
  const data = [{ kind: "real" }, { kind: "stand-in" }];
  check({ high: { value: 0.99, atLeast: 0.97 }, low: { value: 0.5, atLeast: 0.97 } }, { data });
  expect(printed).toEqual([
    "? high is 0.99, at least 0.97: not proven, on stand-in data",
    "? low is 0.5, at least 0.97: not proven, on stand-in data",
  ]);
});

test("a value that is NaN or missing is an error on stand-in data too", () => {
  const claims = { lost: { value: Number.NaN, atLeast: 0 } };
  expect(() => check(claims, { data: { kind: "stand-in" } })).toThrow("lost is NaN, at least 0: false");
});

test("real data proves, and no claim at all is an error", () => {
  check({ a: { value: 1, atLeast: 1 } }, { data: { kind: "real" } });
  expect(printed).toEqual(["✓ a is 1, at least 1"]);
  expect(() => check({})).toThrow("check: expected at least one claim, got none");
});
