import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, type NumericArray, numericArray, padSequences } from "../../../src/data";

const ids = (...values: number[]): NumericArray<Int32Array> => numericArray(Int32Array.from(values), [values.length]);
const rows = <D extends ArrayLike<number>>({ data, shape }: { data: D; shape: readonly number[] }) =>
  Array.from({ length: shape[0] as number }, (_, i) =>
    Array.from(data).slice(i * (shape[1] as number), (i + 1) * (shape[1] as number)),
  );

test("padSequences(sequences) pads word indices at their ends with 0, and keeps their type", () => {
  const { x, lengths } = padSequences([ids(3, 1, 2), ids(), ids(5)]);
  expect(x.data).toBeInstanceOf(Int32Array);
  expect(rows(x)).toEqual([
    [3, 1, 2],
    [0, 0, 0],
    [5, 0, 0],
  ]);
  expect([...lengths.data]).toEqual([3, 0, 1]);
});

test('padSequences(…, { side: "left", value }) pads the begin; it gives a mask in place of lengths', () => {
  const padded = padSequences([ids(3, 1, 2), ids(5)], { side: "left", value: -1 });
  expect(rows(padded.x)).toEqual([
    [3, 1, 2],
    [-1, -1, 5],
  ]);
  expect(rows(padded.mask)).toEqual([
    [1, 1, 1],
    [0, 0, 1],
  ]);
  expect(Object.keys(padded)).toEqual(["x", "mask"]);
});

test("padSequences(…, { maximum, cut }) cuts the last time steps, or the first ones", () => {
  const long = [ids(1, 2, 3, 4), ids(5)];
  expect(rows(padSequences(long, { maximum: 2 }).x)).toEqual([
    [1, 2],
    [5, 0],
  ]);
  expect(rows(padSequences(long, { maximum: 3, cut: "left" }).x)).toEqual([
    [2, 3, 4],
    [5, 0, 0],
  ]);
  expect([...padSequences(long, { maximum: 3, cut: "left" }).lengths.data]).toEqual([3, 1]);
  expect(padSequences(long, { maximum: 9 }).x.shape).toEqual([2, 4]);
});

const sequences = fc.integer({ min: 1, max: 3 }).chain((features) =>
  fc.array(
    fc.integer({ min: 0, max: 6 }).map((nSteps) => ({ nSteps, features })),
    { minLength: 1, maxLength: 5 },
  ),
);
const sides = fc.constantFrom("left" as const, "right" as const);

test("what is not padding is each sequence, cut to the maximum; the padding is the value", () => {
  const property = fc.property(
    sequences,
    fc.integer({ min: 1, max: 7 }),
    sides,
    sides,
    (shapes, maximum, side, cut) => {
      let next = 1;
      const given = shapes.map(({ nSteps, features }) => {
        const data = Float32Array.from({ length: nSteps * features }, () => next++);
        return numericArray(data, [nSteps, features]);
      });
      const options = { maximum, cut, value: -7 };
      const { x, live } =
        side === "left"
          ? (({ x, mask }) => ({ x, live: rows(mask) }))(padSequences(given, { ...options, side }))
          : (({ x, lengths }) => ({
              x,
              live: [...lengths.data].map((length) =>
                Array.from({ length: x.shape[1] as number }, (_, t) => +(t < length)),
              ),
            }))(padSequences(given, options));
      const [, longest, features] = x.shape as [number, number, number];
      given.forEach(({ data, shape: [nSteps] }, i) => {
        const own = x.data.subarray(i * longest * features, (i + 1) * longest * features);
        const isLive = (_: number, at: number) => live[i]?.[Math.floor(at / features)] === 1;
        const kept = Math.min(nSteps as number, maximum) * features;
        expect([...own.filter(isLive)]).toEqual([
          ...(cut === "left" ? data.slice(data.length - kept) : data.slice(0, kept)),
        ]);
        expect(own.filter((value, at) => !isLive(value, at) && value !== -7)).toHaveLength(0);
      });
    },
  );
  fc.assert(property, { numRuns: 200, seed: 3 });
});

test("padSequences refuses what is no list of arrays, other types, and options out of range, by name", () => {
  const refusal = (call: () => unknown) => {
    expect(call).toThrow(DataError);
    return expect(call);
  };
  refusal(() => padSequences(5 as never)).toThrow("sequences: expected a list of arrays [nSteps, …], got number");
  refusal(() => padSequences([])).toThrow("sequences: expected at least one, got none");
  refusal(() => padSequences([ids(1), 3 as never])).toThrow("sequences[1]: expected an array [nSteps, …], got 3");
  const floats = numericArray(Float32Array.of(1), [1]);
  refusal(() => padSequences<Int32Array | Float32Array>([ids(1), floats])).toThrow(
    "sequences[1]: expected Int32Array, got Float32Array",
  );
  refusal(() => padSequences([ids(1)], { value: 0.5 })).toThrow(
    "value: expected a number that Int32Array holds, got 0.5",
  );
  refusal(() => padSequences([ids(1)], { value: Number.NaN })).toThrow("value");
  refusal(() => padSequences([ids(1)], { maximum: 0 })).toThrow(
    "maximum: expected a whole number of at least 1, got 0",
  );
  refusal(() => padSequences([ids(1)], { side: "pre" as never })).toThrow(
    'side: expected "left" or "right", got "pre"',
  );
  refusal(() => padSequences([ids(1)], { cut: "post" as never })).toThrow(
    'cut: expected "left" or "right", got "post"',
  );
  expect([...padSequences([floats], { value: Number.NaN }).x.data]).toEqual([1]);
});
