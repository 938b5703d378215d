import { expect, test } from "vitest";
import { ATTRIBUTE_KINDS, attribute } from "../../../src/compile/engine/attributes";
import { nativeBackend, nativeOp, type OpAttribute } from "../../../src/compile/engine/backend";
import { DTYPES, dtypeName, protoNameOf, typedArray } from "../../../src/compile/engine/dtypes";
import * as tf from "../../../src/tf";
import { expectClose } from "../../support";
import { onNative } from "../support";

onNative("the tables of dtypes and attributes", () => {
  test("have the numbers that tfjs-node's addon has", () => {
    const binding = nativeBackend().binding as unknown as Readonly<Record<string, number>>;
    const { float32, ...others } = DTYPES;
    expect(float32.number).toBe(binding.TF_FLOAT);
    for (const [name, { number }] of Object.entries(others))
      expect(number, name).toBe(binding[`TF_${name.toUpperCase()}`]);
    for (const [kind, number] of Object.entries(ATTRIBUTE_KINDS)) expect(number, kind).toBe(binding[`TF_ATTR_${kind}`]);
  });

  test("nativeOp(name, attributes, inputs, count) takes a dtype by its name or its number", () => {
    for (const dtype of ["float32", 1] as const) {
      const [made] = nativeOp("Lgamma", [["T", "TYPE", dtype]], [tf.tensor1d([3])], 1);
      expectClose(made, [Math.log(2)]);
      made?.dispose();
    }
  });
});

test("an OpAttribute's value is of its kind: a FLOAT takes no dtype's name", () => {
  // @ts-expect-error the compiler refuses it
  const wrong: OpAttribute = ["alpha", "FLOAT", "float32"];
  expect(wrong[1]).toBe("FLOAT");
});

test("dtypeName(number) and protoNameOf(number) are undefined for a dtype that is not in the table", () => {
  expect([1, 3, 9, 20, 14].map(dtypeName)).toEqual(["float32", "int32", "int64", "resource", undefined]);
  expect([4, 7, 14].map(protoNameOf)).toEqual(["DT_UINT8", "DT_STRING", undefined]);
});

test("typedArray(dtype, values) is the dtype's array; a dtype that no graph holds values of is refused", () => {
  expect(typedArray(DTYPES.int32.number, [1.5, -2])).toEqual(Int32Array.of(1, -2));
  expect(typedArray(DTYPES.bool.number, [1, 0])).toEqual(Uint8Array.of(1, 0));
  expect(() => typedArray(DTYPES.string.number, [1])).toThrow("compile: a graph cannot hold values of string");
  expect(() => typedArray(14, [1])).toThrow("compile: a graph cannot hold values of dtype 14");
});

test("attribute(name, kind, value) has the kind's number", () => {
  expect(attribute("transpose_a", "BOOL", true)).toEqual({ name: "transpose_a", type: 3, value: true });
});
