import { FLOAT32 } from "../engine/dtypes";
import { constantValues } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { asMatMul, isMatrixBatchMatMul, isTransposed } from "./matmul-ops";

/**
 * Removes ops that change nothing, and makes a MatMul of each BatchMatMulV2 of two matrices. TensorFlow.js's gradients
 * reshape and cast values to the shape and dtype that they have already, and in an unrolled loop each such op is a node at
 * every time step. A matmul whose second factor is transposed stays: `narrowMatmuls` decides by its size.
 */
export const canonicalize = (trace: Trace): Trace =>
  rewrite(trace, (op, { moved, find }) => {
    const [x] = op.inputs;
    if (x !== undefined && isIdentity(op, x, trace)) return find(x);
    return isMatrixBatchMatMul(op, trace) && !isTransposed(op, "adj_y") ? asMatMul(moved(op)) : moved(op);
  });

/** Whether the output of an op is its first input, x. */
function isIdentity(op: Op, x: Value, trace: Trace): boolean {
  const before = signatureOf(x, trace);
  const [shape, dtype] = [op.shapes[0] as readonly number[], op.dtypes[0] as number];
  const unchanged = before.dtype === dtype && before.shape.join() === shape.join();
  if (op.name === "Reshape" || op.name === "Cast" || op.name === "Identity") return unchanged;
  if (op.name === "Transpose") return isConstant(op.inputs[1], (axis, i) => axis === i);
  return op.name === "Mul" && unchanged && dtype === FLOAT32 && isConstant(op.inputs[1], (factor) => factor === 1);
}

/** Whether a value is a constant, each of whose elements is as expected. */
function isConstant(value: Value | undefined, expected: (element: number, i: number) => boolean): boolean {
  const values = constantValues(value);
  return values !== undefined && Array.prototype.every.call(values, expected);
}
