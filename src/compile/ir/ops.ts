import type { Binding } from "../engine/backend";
import type { Op, Value } from "./trace";

/** A constant list of whole numbers. */
export const intsOp = (values: readonly number[], { TF_INT32 }: Binding): Op => ({
  name: "Const",
  attributes: [],
  inputs: [],
  shapes: [[values.length]],
  dtypes: [TF_INT32],
  values: Int32Array.from(values),
});

/** A value in another shape: the shape's constant, then the operation. */
export function reshapeOps(value: Value, shape: readonly number[], dtype: number, binding: Binding): [Op, Op] {
  const sizes = intsOp(shape, binding);
  const attributes = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: dtype },
    { name: "Tshape", type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
  ];
  const inputs = [value, { op: sizes, output: 0 }];
  return [sizes, { name: "Reshape", attributes, inputs, shapes: [shape], dtypes: [dtype] }];
}

/** The operation that the library draws random numbers by. */
export const DRAW = "StatelessRandomUniform";
