import { expect, test } from "vitest";
import { NativeTensor, type Values } from "../../src/native";
import { FLOAT, failure, onAddon } from "./support";

const KINDS: readonly (readonly [dtype: number, values: Values])[] = [
  [1, Float32Array.of(1.5, -2, 1e-40, Number.NaN)],
  [2, Float64Array.of(1.5, -2, 1e-300, Number.POSITIVE_INFINITY)],
  [3, Int32Array.of(1, -2, 2 ** 31 - 1, -(2 ** 31))],
  [4, Uint8Array.of(0, 1, 254, 255)],
  [5, Int16Array.of(0, 1, -32768, 32767)],
  [6, Int8Array.of(0, 1, -128, 127)],
  [9, BigInt64Array.of(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n))],
  [10, Uint8Array.of(0, 1, 1, 0)],
  [17, Uint16Array.of(0, 1, 2, 65535)],
  [22, Uint32Array.of(0, 1, 2, 2 ** 32 - 1)],
  [23, BigUint64Array.of(0n, 1n, 2n, 2n ** 64n - 1n)],
];

onAddon("a tensor", () => {
  test.each(KINDS)("of dtype %i gives back the values that it was made of: read, readInto, view", (dtype, values) => {
    const tensor = NativeTensor.of(dtype, [2, 2], values);
    expect([tensor.dtype, tensor.shape]).toEqual([dtype, [2, 2]]);
    expect(tensor.read()).toEqual(values);
    const into = new (Object.getPrototypeOf(values).constructor)(4);
    tensor.readInto(into);
    expect(into).toEqual(values);
    expect(tensor.view()).toEqual(values);
  });

  test("without values it is zeros, and takes values through its view", () => {
    const tensor = NativeTensor.of(FLOAT, [3]);
    expect(tensor.read()).toEqual(new Float32Array(3));
    tensor.view().set([1, 2, 3] as never);
    expect(tensor.read()).toEqual(Float32Array.of(1, 2, 3));
  });

  test("a view outlives its tensor", () => {
    const tensor = NativeTensor.of(FLOAT, [100_000], new Float32Array(100_000).fill(7));
    const view = tensor.view();
    tensor.dispose();
    for (let i = 0; i < 20; i++) NativeTensor.of(FLOAT, [100_000]).dispose(); // would take the memory over
    expect(view.every((value) => value === 7)).toBe(true);
  });

  test("strings are bytes; empty and scalar tensors work; a bool is 0 or 1", () => {
    const long = Buffer.alloc(1000, "é");
    const strings = NativeTensor.of(7, [3], [Buffer.from("a"), Buffer.alloc(0), long]).read() as Uint8Array[];
    expect(strings.map((bytes) => Buffer.from(bytes).toString())).toEqual(["a", "", long.toString()]);
    expect(NativeTensor.of(FLOAT, [0, 4]).read()).toEqual(new Float32Array(0));
    expect(NativeTensor.of(FLOAT, [0, 4]).view()).toEqual(new Float32Array(0));
    expect(NativeTensor.of(FLOAT, [], Float32Array.of(5)).shape).toEqual([]);
    expect(NativeTensor.of(10, [2], Uint8Array.of(0, 7)).read()).toEqual(Uint8Array.of(0, 1));
  });

  test("what does not fit is refused", async () => {
    const refused = async (make: () => unknown, message: RegExp, code = "INVALID_ARGUMENT") =>
      expect(await failure(make)).toMatchObject({ code, message: expect.stringMatching(message) });
    await refused(() => NativeTensor.of(FLOAT, [2], new Float32Array(3)), /expected 8 bytes of values, got 12/);
    await refused(() => NativeTensor.of(FLOAT, [2], new Float64Array(2)), /expected a Float32Array/);
    await refused(() => NativeTensor.of(7, [2], [new Uint8Array()]), /as many strings as the shape has/);
    await refused(() => NativeTensor.of(20, [2]), /dtype 20 cannot be made/);
    await refused(() => NativeTensor.of(FLOAT, [-1]), /shape: expected a whole number/);
    await refused(() => NativeTensor.of(FLOAT, [1.5]), /shape: expected a whole number/);
    await refused(() => NativeTensor.of(FLOAT, [2 ** 40, 2 ** 40]), /too large/);
    await refused(() => NativeTensor.of(FLOAT, [2 ** 43]), /no memory for \d+ bytes/, "RESOURCE_EXHAUSTED");
    const tensor = NativeTensor.of(FLOAT, [2]);
    await refused(() => tensor.readInto(new Float32Array(1)), /expected 8 bytes/);
    tensor.dispose();
    tensor.dispose();
    await refused(() => tensor.read(), /a tensor that was freed/, "FAILED_PRECONDITION");
  });
});
