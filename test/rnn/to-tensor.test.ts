import { beforeAll, describe, expect, test } from "vitest";
import { toTensor } from "../../src/rnn";
import * as tf from "../../src/tf";
import { argumentErrorOf, scopeEachTest } from "../support";

beforeAll(() => tf.ready());
scopeEachTest();

describe("toTensor", () => {
  test("keeps the numbers of the three types of data", () => {
    for (const [data, dtype] of [
      [Float32Array.of(0.5, -1), "float32"],
      [Int32Array.of(7, -1), "int32"],
      [Uint8Array.of(0, 255), "int32"],
    ] as const) {
      const tensor = toTensor({ data, shape: [2] });
      expect([tensor.dtype, ...tensor.dataSync()]).toEqual([dtype, ...data]);
    }
  });

  test("refuses other types, whose numbers int32 would cut off or wrap around", () => {
    for (const data of [Float64Array.of(0.5), [0.5], Uint32Array.of(4_000_000_000), BigInt64Array.of(1n), ["1"]]) {
      expect(argumentErrorOf(() => toTensor({ data: data as never, shape: [1] }))).toMatch(
        /^toTensor: array\.data: expected a Float32Array, an Int32Array or a Uint8Array/,
      );
    }
  });
});
