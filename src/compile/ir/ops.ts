import { type Attribute, attribute } from "../engine/attributes";
import { INT32 } from "../engine/dtypes";
import type { Op, Value } from "./trace";

/** The operation that draws the library's random numbers. */
export const RANDOM_UNIFORM = "StatelessRandomUniform";

export const attributeOf = ({ attributes }: Op, name: string): Attribute["value"] | undefined =>
  attributes.find((each) => each.name === name)?.value;

/** The values of a constant; undefined for a value that is not a constant. */
export const constantValues = (value: Value | undefined): ArrayLike<number> | undefined =>
  value !== undefined && "op" in value ? value.op.values : undefined;

/** A constant of int32, by default a vector. */
export const intsOp = (values: readonly number[], shape: readonly number[] = [values.length]): Op => ({
  name: "Const",
  attributes: [],
  inputs: [],
  shapes: [shape],
  dtypes: [INT32],
  values: Int32Array.from(values),
});

/** The two ops that reshape a value: the constant that holds the shape, then the Reshape. */
export function reshapeOps(value: Value, shape: readonly number[], dtype: number): [Op, Op] {
  const sizes = intsOp(shape);
  const attributes = [attribute("T", "TYPE", dtype), attribute("Tshape", "TYPE", INT32)];
  const inputs = [value, { op: sizes, output: 0 }];
  return [sizes, { name: "Reshape", attributes, inputs, shapes: [shape], dtypes: [dtype] }];
}
