import { attribute } from "../engine/attributes";
import { attributeOf } from "../ir/ops";
import { type Op, signatureOf, type Trace } from "../ir/trace";

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
