import { attribute } from "../engine/attributes";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { attributeOf } from "../ir/ops";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";

export type Shape = [rows: number, columns: number];

export const isTransposed = (op: Op, flag: "adj_x" | "adj_y" | "transpose_a" | "transpose_b"): boolean =>
  attributeOf(op, flag) === true;

/** Whether an op multiplies two matrices by BatchMatMulV2, as TensorFlow.js always does. */
export const isMatrixBatchMatMul = ({ name, inputs }: Op, trace: Trace): boolean =>
  name === "BatchMatMulV2" && inputs.every((input) => signatureOf(input, trace).shape.length === 2);

/** Whether an op that multiplies two matrices transposes the first, and the second; undefined for any other op. */
export function transposeFlags(op: Op, trace: Trace): [a: boolean, b: boolean] | undefined {
  if (op.name === "MatMul") return [isTransposed(op, "transpose_a"), isTransposed(op, "transpose_b")];
  return isMatrixBatchMatMul(op, trace) ? [isTransposed(op, "adj_x"), isTransposed(op, "adj_y")] : undefined;
}

/** A BatchMatMulV2 of two matrices as a MatMul. */
export function asMatMul(op: Op): Op {
  const attributes = [
    ...op.attributes.filter(({ name }) => name === "T"),
    attribute("transpose_a", "BOOL", isTransposed(op, "adj_x")),
    attribute("transpose_b", "BOOL", isTransposed(op, "adj_y")),
  ];
  return { ...op, name: "MatMul", attributes };
}

/** An op that makes a float32 matrix of a matrix and of int32 numbers, whose type the attribute `indices` names. */
export function matrixOp(
  name: string,
  inputs: readonly Value[],
  shape: Shape,
  indices: "Index" | "Tpaddings" | "Tperm",
): Op {
  const attributes = [attribute("T", "TYPE", FLOAT32), attribute(indices, "TYPE", INT32)];
  return { name, attributes, inputs, shapes: [shape], dtypes: [FLOAT32] };
}
