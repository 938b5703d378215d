import { expect, test } from "vitest";
import { type Claim, judge } from "../../src/notebook/claims";

const WAYS = "atLeast, atMost, above, below, equals, or near and within";
const holds = (claim: Claim) => judge("c", claim).holds;

test("bounds: atLeast and atMost take the bound itself, above and below do not", () => {
  expect([0.96, 0.97, 0.98].map((value) => holds({ value, atLeast: 0.97 }))).toEqual([false, true, true]);
  expect([0.96, 0.97, 0.98].map((value) => holds({ value, above: 0.97 }))).toEqual([false, false, true]);
  expect([0.96, 0.97, 0.98].map((value) => holds({ value, atMost: 0.97 }))).toEqual([true, true, false]);
  expect([0.96, 0.97, 0.98].map((value) => holds({ value, below: 0.97 }))).toEqual([true, false, false]);
  expect(judge("c", { value: 5, above: 1, below: 3 })).toMatchObject({ holds: false, text: "5, above 1 and below 3" });
});

test.each([Number.NaN, Infinity, -Infinity, undefined, null])("%s never holds, and is not sound", (value) => {
  const claims: Claim[] = [
    { value, atLeast: 0.97 },
    { value, above: -Number.MAX_VALUE },
    { value, atMost: 1 },
    { value, below: Number.MAX_VALUE },
    { value, equals: value },
    { value, near: value, within: 1 },
    { value: [1, value], near: [1, value], within: 1 },
    { value: { deep: [value] }, equals: { deep: [value] } },
  ];
  expect(claims.map((claim) => judge("c", claim))).toEqual(
    claims.map(() => expect.objectContaining({ holds: false, sound: false })),
  );
});

test("equals compares plain values, typed arrays by their numbers", () => {
  expect(holds({ value: [2, 5, 3], equals: [2, 5, 3] })).toBe(true);
  expect(holds({ value: Float32Array.from([1, 2]), equals: [1, 2] })).toBe(true);
  expect(holds({ value: "a", equals: "b" })).toBe(false);
  expect(holds({ value: 1, equals: true })).toBe(false);
  expect(holds({ value: [-0], equals: [0] })).toBe(true);
  expect(holds({ value: [1, Number.NaN], equals: [1, Number.NaN] })).toBe(false);
});

test("near compares numbers and arrays of one shape, each within the distance", () => {
  expect(
    holds({
      value: [
        [1, 2],
        [3, 4],
      ],
      near: [
        [1, 2],
        [3, 4.0009],
      ],
      within: 1e-3,
    }),
  ).toBe(true);
  expect(holds({ value: [1, 2], near: [1, 2.1], within: 1e-3 })).toBe(false);
  expect(holds({ value: [1, 2, 3], near: [1, 2], within: 1 })).toBe(false);
  expect(holds({ value: [], near: [], within: 1 })).toBe(false);
});

test("a near miss is printed whole, not rounded into a hit", () => {
  expect(judge("c", { value: 0.96999999, atLeast: 0.97 }).text).toBe("0.96999999, at least 0.97");
  expect(judge("c", { value: 0.98123456, atLeast: 0.97 }).text).toBe("0.981235, at least 0.97");
});

test("a claim without a bound, or with one that is no number, is an error that names it", () => {
  expect(() => judge("acc", { value: 1 })).toThrow(
    'claim "acc": expected atLeast, atMost, above, below, equals, or near',
  );
  expect(() => judge("acc", { value: 1, atLeast: Number.NaN })).toThrow(
    'claim "acc": expected a finite number after "at least"',
  );
  expect(() => judge("acc", { value: 1, atLeast: undefined })).toThrow('claim "acc": expected a finite number');
  expect(() => judge("acc", { value: 1, atLeast: -Infinity })).toThrow('after "at least", got');
  expect(() => judge("acc", { value: 1, near: 1 } as unknown as Claim)).toThrow(
    'claim "acc": expected a finite number after "within"',
  );
  expect(() => judge("acc", { value: 9, near: 1, within: Infinity })).toThrow('after "within", got');
});

test("a misspelt key, or bounds beside equals or near, are errors that name claim and key: nothing goes unseen", () => {
  const judging = (claim: object) => () => judge("acc", claim as Claim);
  for (const claim of [
    { value: 1, atLeast: 0, atmost: 0.5 },
    { value: 1, atmost: 0.5 },
    { value: 1, equals: 1, atmost: 0.5 },
  ])
    expect(judging(claim)).toThrow(new TypeError(`claim "acc": unknown key "atmost", expected ${WAYS}`));
  for (const [claim, second, first] of [
    [{ value: 1, equals: 1, atMost: 0.5 }, "atMost", "equals"],
    [{ value: 1, near: 1, within: 1, below: 0 }, "below", "near"],
    [{ value: 1, atLeast: 0, within: 1 }, "within", "atLeast"],
    [{ value: 1, equals: 1, near: 5, within: 1 }, "near", "equals"],
  ] as const)
    expect(judging(claim)).toThrow(new TypeError(`claim "acc": "${second}" does not go with "${first}"`));
});
