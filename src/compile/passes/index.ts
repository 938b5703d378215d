import type { Binding } from "../engine/backend";
import { reshapeOps } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { asMatMul, isBatchOfOneMatMul, isTransposed } from "./canonicalize";
import { fuseBiasAdds } from "./fuse-bias-add";
import { padMatmuls } from "./pad-matmuls";
import { pinTransposes } from "./pin-transposes";
import { sinkTransposes } from "./sink-transposes";

/**
 * The same trace, with what is faster at its sizes. A graph for any size must not have it: it would not be the same
 * trace at each.
 */
export function specialise(trace: Trace, binding: Binding): Trace {
  const first = rewrite(trace, (own, op) =>
    isNarrowProduct(op, trace) ? [asMatMul(own, binding)] : asReshape(own, binding),
  );
  return [sinkTransposes, padMatmuls, pinTransposes, fuseBiasAdds].reduce((now, pass) => pass(now, binding), first);
}

/** Beyond so many columns a product by a transposed matrix is slower as a MatMul than as a batch of one. */
const MANY_COLUMNS = 256;

function isNarrowProduct(op: Op, trace: Trace): boolean {
  if (!isBatchOfOneMatMul(op, trace) || !isTransposed(op, "adj_y")) return false;
  return (signatureOf(op.inputs[1] as Value, trace).shape[1] as number) <= MANY_COLUMNS;
}

/** A turn that moves no axis of more than one, as a batch of one's from time to batch, only needs another shape. */
function asReshape(op: Op, binding: Binding): [...Op[], Op] {
  const [x, order] = op.inputs as [Value, Value?];
  if (op.name !== "Transpose" || order === undefined || !("op" in order) || order.op.values === undefined) return [op];
  const [sizes] = op.shapes as [readonly number[]];
  const moved = Array.from(order.op.values).filter((_, i) => sizes[i] !== 1);
  const isInOrder = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number));
  return isInOrder ? reshapeOps(x, sizes, op.dtypes[0] as number, binding) : [op];
}
