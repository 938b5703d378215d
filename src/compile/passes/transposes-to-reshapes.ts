import { constantValues, reshapeOps } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import type { Op, Trace, Value } from "../ir/trace";

/**
 * Makes a Reshape of each Transpose that moves only axes of size 1, because it leaves all elements where they are. A batch of
 * one has such a Transpose between batch-major and time-major.
 */
export const transposesToReshapes = (trace: Trace): Trace =>
  rewrite(trace, (op, { moved, find, add }) => {
    if (!keepsOrder(op)) return moved(op);
    const [x] = op.inputs as [Value];
    const [sizes, reshape] = reshapeOps(find(x), op.shapes[0] as readonly number[], op.dtypes[0] as number);
    add(sizes);
    return reshape;
  });

/** Whether an op is a Transpose that keeps the order of all axes that are larger than 1. */
function keepsOrder({ name, inputs, shapes }: Op): boolean {
  const permutation = name === "Transpose" ? constantValues(inputs[1]) : undefined;
  if (permutation === undefined) return false;
  const large = Array.from(permutation).filter((_, i) => shapes[0]?.[i] !== 1);
  return large.every((axis, i) => i === 0 || axis > (large[i - 1] as number));
}
