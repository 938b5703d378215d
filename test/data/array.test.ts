import { expect, test } from "vitest";
import {
  lastStep,
  numericArray,
  rowCount,
  scaled,
  scaleOf,
  sliceRows,
  sliceSteps,
  slidingWindows,
  takeRows,
  withRank,
} from "../../src/data";
import { dataErrorOf } from "./support";

const table = numericArray(Int32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);

test("numericArray(data, shape) shares the data and keeps a copy of the shape", () => {
  const data = Float32Array.of(1, 2);
  const shape = [2];
  const array = numericArray(data, shape);
  shape[0] = 7;
  expect(array.data).toBe(data);
  expect(array.shape).toEqual([2]);
});

test("numericArray(data, []) is one number, and a size may be 0", () => {
  expect(numericArray(Float32Array.of(7), []).shape).toEqual([]);
  expect(numericArray(new Uint8Array(0), [0, 28, 28]).shape).toEqual([0, 28, 28]);
});

test("numericArray(data, shape) refuses a shape that does not fit the data", async () => {
  const error = await dataErrorOf(() => numericArray(new Uint8Array(5), [2, 3]));
  expect(error.message).toBe("numericArray: data: expected 6 values for shape [2, 3], got 5");
  for (const size of [-1, 1.5, Number.NaN]) {
    expect((await dataErrorOf(() => numericArray(new Uint8Array(0), [size]))).field).toBe("shape");
  }
});

test("withRank(array, rank) is the array itself, and refuses none and one of another rank", async () => {
  expect(withRank(table, 2)).toBe(table);
  const scalar = numericArray(Float32Array.of(7), []);
  expect(withRank(scalar, 0)).toBe(scalar);
  expect((await dataErrorOf(() => withRank(table, 3))).message).toBe(
    "withRank: array: expected one with 3 axes, got [3, 2]",
  );
  expect((await dataErrorOf(() => withRank(undefined, 0))).message).toBe(
    "withRank: array: expected one with 0 axes, got none",
  );
});

test("rowCount(array) is the first size, and a single number has no rows", async () => {
  expect(rowCount(table)).toBe(3);
  expect((await dataErrorOf(() => rowCount(numericArray(Float32Array.of(7), [])))).field).toBe("shape");
});

test("takeRows(array, indices) copies rows in the order of the indices, which may repeat", () => {
  const rows = takeRows(table, [2, 0, 2]);
  expect(rows).toEqual({ data: Int32Array.of(5, 6, 1, 2, 5, 6), shape: [3, 2] });
  rows.data[0] = 99;
  expect(table.data[4]).toBe(5);
  expect(takeRows(table, new Int32Array(0)).shape).toEqual([0, 2]);
});

test("takeRows(array, indices) refuses an index out of range, by name", async () => {
  for (const row of [3, -1, 0.5, Number.NaN]) {
    const error = await dataErrorOf(() => takeRows(table, [0, row]));
    expect(error).toMatchObject({ field: "indices", expected: "a whole number from 0 to 2", actual: `${row}` });
  }
});

test("sliceRows(array, begin, end) is a view of the same memory", async () => {
  const rows = sliceRows(table, 1, 3);
  expect(rows).toEqual({ data: Int32Array.of(3, 4, 5, 6), shape: [2, 2] });
  expect(rows.data.buffer).toBe(table.data.buffer);
  expect((await dataErrorOf(() => sliceRows(table, 2, 4))).message).toContain(
    "end: expected a whole number from 2 to 3",
  );
});

test("a plain list in place of an array or of its values is refused with what to write", async () => {
  const list = [1, 2, 3] as never;
  const error = await dataErrorOf(() => numericArray(list, [3]));
  expect(error.message).toContain(
    "numericArray: data: expected a Float32Array, Int32Array or Uint8Array: Float32Array.from(list)",
  );
  expect((await dataErrorOf(() => numericArray(Int32Array.of(1), 1 as never))).field).toBe("shape");
  const calls = {
    rowCount: () => rowCount(list),
    sliceRows: () => sliceRows(list, 0, 1),
    takeRows: () => takeRows(list, [0]),
    scaleOf: () => scaleOf(list),
    scaled: () => scaled(list, { mean: [0], deviation: [1] }),
    slidingWindows: () => slidingWindows(list, { nSteps: 1 }),
    sliceSteps: () => sliceSteps(list, 0, 1),
    lastStep: () => lastStep(list),
  };
  for (const [name, call] of Object.entries(calls)) {
    const { message } = await dataErrorOf(call);
    expect(message).toContain(`${name}: `);
    expect(message).toContain("as numericArray(Float32Array.from(list), shape) makes it, got a list of 3");
  }
});
