import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, type NumericArray, numericArray, type Streams, streams } from "../../../src/data";

const counted = (time: number, from = 0): NumericArray<Int32Array> =>
  numericArray(
    Int32Array.from({ length: time }, (_, i) => from + i),
    [time],
  );
const listOf = ({ data }: NumericArray) => [...data];

test('streams(series, { batchSize, nSteps, targets: "next" }) continues each row in the next batch; y is one step ahead', () => {
  const words = streams(counted(61), { batchSize: 2, nSteps: 10, targets: "next" });
  expect([words.count, words.batchSize, words.nSteps, words.dropped]).toEqual([3, 2, 10, 1]);
  const [first, second] = [...words];
  expect(first?.x.shape).toEqual([2, 10]);
  expect(first?.x.data).toBeInstanceOf(Int32Array);
  expect(listOf(words.batch(0).x)).toEqual([...listOf(counted(10)), ...listOf(counted(10, 30))]);
  expect(listOf(words.batch(1).x)).toEqual([...listOf(counted(10, 10)), ...listOf(counted(10, 40))]);
  expect(listOf(words.batch(2).y)).toEqual([...listOf(counted(10, 21)), ...listOf(counted(10, 51))]);
  expect([first, second].map((each) => each && listOf(each.reset))).toEqual([
    [1, 1],
    [0, 0],
  ]);
});

test("streams(documents, …) begins anew at each document, and at one that two rows share", () => {
  const documents = [counted(5), counted(1, 100), counted(7, 200)]; // 2, 0 and 3 pieces of 2 steps
  const parts = streams(documents, { batchSize: 2, nSteps: 2 });
  expect([parts.count, parts.dropped]).toEqual([2, 13 - 8]);
  expect([...parts].map(({ x, reset }) => [listOf(x), listOf(reset)])).toEqual([
    [
      [0, 1, 200, 201],
      [1, 1],
    ],
    [
      [2, 3, 202, 203],
      [0, 0],
    ],
  ]);
  const three = streams(documents, { batchSize: 1, nSteps: 2 });
  expect([...three].map(({ reset }) => listOf(reset)[0])).toEqual([1, 0, 1, 0, 0]);
  expect(Object.keys(parts.batch(0))).toEqual(["x", "reset"]);
});

test("streams of a record are cut alike, and targets may be another source", () => {
  const pitch = numericArray(
    Float32Array.from({ length: 12 }, (_, i) => i / 2),
    [6, 2],
  );
  const melody = streams({ pitch, duration: counted(6) }, { batchSize: 1, nSteps: 3, targets: counted(6, 50) });
  const { x, y } = melody.batch(1);
  expect([x.pitch.shape, listOf(x.pitch)]).toEqual([
    [1, 3, 2],
    [3, 3.5, 4, 4.5, 5, 5.5],
  ]);
  expect([listOf(x.duration), listOf(y)]).toEqual([
    [3, 4, 5],
    [53, 54, 55],
  ]);
  const next = streams({ pitch, duration: counted(6) }, { batchSize: 1, nSteps: 5, targets: "next" });
  expect(listOf(next.batch(0).y.duration)).toEqual([1, 2, 3, 4, 5]);
});

/** The time steps of all batches, row after row, and the resets beside them. */
function joined({ count, batchSize, nSteps, batch }: Streams<NumericArray, NumericArray | undefined>) {
  const [x, y, resets]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < batchSize; row++) {
    for (let i = 0; i < count; i++) {
      const cut = batch(i);
      x.push(...cut.x.data.subarray(row * nSteps, (row + 1) * nSteps));
      y.push(...(cut.y?.data.subarray(row * nSteps, (row + 1) * nSteps) ?? []));
      resets.push(cut.reset.data[row] as number);
    }
  }
  return { x, y, resets };
}

const size = (max: number) => fc.integer({ min: 1, max });

test("joining the batches of each row gives the series back, all but what is dropped; y is one step ahead", () => {
  const property = fc.property(size(90), size(4), size(6), fc.boolean(), (time, batchSize, nSteps, isNext) => {
    const series = counted(time);
    const options = { batchSize, nSteps };
    const pieces = Math.floor((time - +isNext) / nSteps);
    if (pieces < batchSize) {
      expect(() => streams(series, options).count + streams(series, { ...options, targets: "next" }).count).toThrow(
        DataError,
      );
      return;
    }
    const cut = isNext ? streams(series, { ...options, targets: "next" }) : streams(series, options);
    const { x, y, resets } = joined(cut as Streams<NumericArray, NumericArray | undefined>);
    expect(x).toEqual(listOf(counted(x.length)));
    expect(y).toEqual(isNext ? listOf(counted(x.length, 1)) : []);
    expect(cut.dropped).toBe(time - x.length);
    expect(cut.dropped).toBeLessThan(batchSize * nSteps + nSteps);
    expect(resets).toEqual(resets.map((_, i) => +(i % cut.count === 0)));
  });
  fc.assert(property, { numRuns: 150, seed: 9 });
});

test("over documents of any lengths no batch joins two of them without a reset, and nothing comes twice", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 8 });
  const property = fc.property(lengths, size(3), size(4), (given, batchSize, nSteps) => {
    const documents = given.map((length, i) => counted(length, i * 100));
    const pieces = given.reduce((sum, length) => sum + Math.floor(length / nSteps), 0);
    if (pieces < batchSize) {
      expect(() => streams(documents, { batchSize, nSteps })).toThrow(DataError);
      return;
    }
    const cut = streams(documents, { batchSize, nSteps });
    const { x, resets } = joined(cut as Streams<NumericArray, undefined>);
    expect(new Set(x).size).toBe(x.length);
    expect(x.length + cut.dropped).toBe(given.reduce((sum, length) => sum + length, 0));
    x.forEach((value, at) => {
      if (at === 0 || value === (x[at - 1] as number) + 1) return;
      expect(at % nSteps).toBe(0); // a jump is at the begin of a piece, which is marked
      expect(resets[at / nSteps]).toBe(1);
    });
  });
  fc.assert(property, { numRuns: 150, seed: 9 });
});

test("batch(i) is a fresh copy; a number that is no batch, too little data and unequal parts are refused by name", () => {
  const cut = streams(counted(8), { batchSize: 2, nSteps: 2 });
  cut.batch(0).x.data[0] = 77;
  expect(cut.batch(0).x.data[0]).toBe(0);
  expect(() => cut.batch(2)).toThrow("streams: i: expected a whole number from 0 to 1, got 2");
  expect(() => streams(counted(20), { batchSize: 2, nSteps: 10, targets: "next" })).toThrow(
    "streams: array: expected at least 2 pieces of 10 time steps and the step after them, got 1, of 20 time steps",
  );
  const options = { batchSize: 1, nSteps: 2 };
  expect(() => streams({ a: counted(8), b: counted(7) }, options)).toThrow(
    "array.b: expected 8 time steps in document 0, as array.a has, got 7",
  );
  expect(() => streams([counted(8)], { ...options, targets: [counted(4), counted(4)] })).toThrow(
    "targets: expected 1 documents, as array has, got 2",
  );
  const floats = numericArray(Float32Array.of(1, 2), [2]);
  expect(() => streams<NumericArray[]>([counted(8), floats], options)).toThrow(
    "array[1]: expected Int32Array [time], got Float32Array [time]",
  );
  expect(() => streams([], options)).toThrow("array: expected at least one document, got none");
  expect(() => streams({}, options)).toThrow("array: expected at least one series, got an empty record");
  expect(() => streams(5 as never, options)).toThrow(
    "array: expected an array [time, …], or a list of them, got number",
  );
  expect(() => streams(counted(8), { batchSize: 0, nSteps: 2 })).toThrow("batchSize");
  expect(() => streams(counted(8), { batchSize: 1, nSteps: 1.5 })).toThrow("nSteps");
});
