import type { Binding } from "../engine/backend";
import { rewrite } from "../ir/rewrite";
import type { Op, Trace } from "../ir/trace";
import { usersOf } from "../ir/users";

/** Fewer products are not worth a copy. */
const MANY = 4;

/**
 * The same trace, whose matrices that are turned round once, for many products, stay so. TensorFlow's graph optimiser would
 * have each product turn its own instead, to save a copy: those take a tenth longer, by rows of a multiple of 2 KB several
 * times as long. It leaves alone what it takes for a place where another value may be fed.
 */
export function pinTransposes(trace: Trace, { TF_ATTR_TYPE, TF_ATTR_SHAPE }: Binding): Trace {
  const users = usersOf(trace);
  const products = (op: Op) => (users.get(op) ?? []).filter(({ name }) => name === "MatMul").length;
  const isKept = (op: Op) => op.name === "Transpose" && op.shapes[0]?.length === 2 && products(op) >= MANY;
  if (!trace.ops.some(isKept)) return trace;
  return rewrite(trace, (own, op) => {
    if (!isKept(op)) return [own];
    const attributes = [
      { name: "dtype", type: TF_ATTR_TYPE, value: op.dtypes[0] },
      { name: "shape", type: TF_ATTR_SHAPE, value: op.shapes[0] },
    ];
    return [own, { ...op, name: "PlaceholderWithDefault", attributes, inputs: [{ op: own, output: 0 }] }];
  });
}
