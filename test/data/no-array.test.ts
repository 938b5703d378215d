// What is no array with a shape is a DataError of every function that takes one: plain JavaScript has no types to say so.
import { expect, test } from "vitest";
import * as data from "../../src/data";
import { joined } from "../../src/data/allocate";
import { dataErrorOf } from "./support";

const { numericArray } = data;
// biome-ignore lint/suspicious/noExplicitAny: the types refuse what is to be tried
type Any = any;
const TAKES: Readonly<Record<string, (given: Any) => unknown>> = {
  rowCount: (given) => data.rowCount(given),
  sliceRows: (given) => data.sliceRows(given, 0, 1),
  takeRows: (given) => data.takeRows(given, [0]),
  sliceSteps: (given) => data.sliceSteps(given, 0, 1),
  lastStep: (given) => data.lastStep(given),
  scaleOf: (given) => data.scaleOf(given),
  scaled: (given) => data.scaled(given, { mean: [0], deviation: [1] }),
  slidingWindows: (given) => data.slidingWindows(given, { nSteps: 1 }),
  writeNpy: (given) => data.writeNpy(given),
  saveNpy: (given) => data.saveNpy("/nowhere/a.npy", given),
  writeSafetensors: (given) => data.writeSafetensors({ a: given }),
  saveSafetensors: (given) => data.saveSafetensors("/nowhere/a.safetensors", { a: given }),
};

test.each(Object.entries(TAKES))("%s(array) refuses what is no array with a shape", async (_, take) => {
  const plain = { data: [1, 2, 3], shape: [3, 1] };
  for (const given of [undefined, null, 5, "x", [1, 2, 3], Float32Array.of(1), {}, plain]) {
    const { message } = await dataErrorOf(() => take(given));
    expect(message).toContain("expected { data, shape }, as numericArray(");
  }
});

test("numericArray(data, shape) refuses lists, other typed arrays and a shape that is no list", async () => {
  const list: Any = [1, 2, 3];
  expect((await dataErrorOf(() => numericArray(list, [3]))).message).toBe(
    "numericArray: data: expected a Float32Array, Int32Array or Uint8Array: Float32Array.from(list), or Int32Array.from(list) for class numbers and word indices, got a list of 3",
  );
  const double: Any = Float64Array.of(1);
  expect((await dataErrorOf(() => numericArray(double, [1]))).actual).toBe("a Float64Array");
  const size: Any = 3;
  expect((await dataErrorOf(() => numericArray(new Float32Array(3), size))).field).toBe("shape");
});

test("scaled(series), csvColumn() and writeSafetensors() without what they need say what it is", async () => {
  const none: Any = undefined;
  const series = numericArray(Float32Array.of(1, 2), [2, 1]);
  expect((await dataErrorOf(() => data.scaled(series, none))).field).toBe("scale");
  expect((await dataErrorOf(() => data.csvColumn(none, "a", "a.csv"))).field).toBe("columns");
  expect((await dataErrorOf(() => data.writeSafetensors(none))).field).toBe("arrays");
});

test("writeSafetensors and writeNpy of more than one array can hold name the function that writes such a file", async () => {
  const large: Any = { length: 2 ** 53 };
  const error = await dataErrorOf(() => joined("writeNpy", [large], "saveNpy"));
  expect(error.message).toContain(
    "writeNpy: size: expected at most as many bytes as one array can have; saveNpy writes",
  );
  expect(joined("writeNpy", [Uint8Array.of(1), Uint8Array.of(2, 3)], "saveNpy")).toEqual(Uint8Array.of(1, 2, 3));
});
