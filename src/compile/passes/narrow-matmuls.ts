import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { asMatMul, isMatrixBatchMatMul, isTransposed } from "./matmul-ops";

/** The most columns of a transposed second factor for which MatMul is faster than BatchMatMulV2. */
const MOST_COLUMNS = 256;

/** Makes a MatMul of each BatchMatMulV2 of two matrices whose second factor is transposed, if that factor is narrow. */
export const narrowMatmuls = (trace: Trace): Trace =>
  rewrite(trace, (op, { moved }) => (isNarrow(op, trace) ? asMatMul(moved(op)) : moved(op)));

function isNarrow(op: Op, trace: Trace): boolean {
  if (!isMatrixBatchMatMul(op, trace) || !isTransposed(op, "adj_y")) return false;
  return (signatureOf(op.inputs[1] as Value, trace).shape[1] as number) <= MOST_COLUMNS;
}
