import { biasAdds } from "./bias-adds";
import { keepTurns } from "./keep-turns";
import { narrowTurns } from "./narrow-turns";
import type { Binding } from "./native";
import { reshapeOps } from "./reshape-ops";
import { rewrite } from "./rewrite";
import { asMatMul, isProduct, isTransposed } from "./simplify";
import { spreadRows } from "./spread-rows";
import { type Op, type Origin, signatureOf, type Trace } from "./trace";

/**
 * The same trace, with what is faster at its sizes. A graph for any size must not have it: it would not be the same
 * trace at each.
 */
export function specialise(trace: Trace, binding: Binding): Trace {
  const first = rewrite(trace, (own, op) =>
    isNarrowProduct(op, trace) ? [asMatMul(own, binding)] : asReshape(own, binding),
  );
  return [narrowTurns, spreadRows, keepTurns, biasAdds].reduce((now, pass) => pass(now, binding), first);
}

/** Beyond so many columns a product by a transposed matrix is slower as a MatMul than as a batch of one. */
const MANY_COLUMNS = 256;

function isNarrowProduct(op: Op, trace: Trace): boolean {
  if (!isProduct(op, trace) || !isTransposed(op, "adj_y")) return false;
  return (signatureOf(op.inputs[1] as Origin, trace).shape[1] as number) <= MANY_COLUMNS;
}

/** A turn that moves no axis of more than one, as a batch of one's from time to batch, only needs another shape. */
function asReshape(op: Op, binding: Binding): [...Op[], Op] {
  const [x, order] = op.inputs as [Origin, Origin?];
  if (op.name !== "Transpose" || order === undefined || !("op" in order) || order.op.values === undefined) return [op];
  const [sizes] = op.shapes as [readonly number[]];
  const moved = Array.from(order.op.values).filter((_, i) => sizes[i] !== 1);
  const isInOrder = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number));
  return isInOrder ? reshapeOps(x, sizes, op.dtypes[0] as number, binding) : [op];
}
