import type { Attribute, Binding } from "./native";
import { needed, type Op, type Origin, signatureOf, type Trace } from "./trace";

/**
 * The same trace with fewer operations. TensorFlow.js's gradients reshape and cast to what a value is already, and
 * multiply matrices as batches of one: each costs a node at every time step of an unrolled loop.
 */
export function simplify(trace: Trace, binding: Binding): Trace {
  const instead = new Map<Op, Origin>();
  const made = new Map<Op, Op>();
  const find = (origin: Origin): Origin => {
    if (!("op" in origin)) return origin;
    const other = instead.get(origin.op);
    return other ?? { op: made.get(origin.op) as Op, output: origin.output };
  };
  const ops: Op[] = [];
  for (const op of trace.ops) {
    const inputs = op.inputs.map(find);
    const same = isSame(op, trace, binding) ? inputs[0] : undefined;
    if (same !== undefined) {
      instead.set(op, same);
      continue;
    }
    const own = { ...op, inputs };
    const next = isProduct(op, trace) && !isTransposed(op, "adj_y") ? asMatMul(own, binding) : own;
    made.set(op, next);
    ops.push(next);
  }
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };
}

/** Whether an operation's result is its first input. */
function isSame(op: Op, trace: Trace, { TF_FLOAT }: Binding): boolean {
  const [x] = op.inputs;
  if (x === undefined) return false;
  const before = signatureOf(x, trace);
  const [shape, dtype] = [op.shapes[0] as readonly number[], op.dtypes[0] as number];
  const unchanged = before.dtype === dtype && before.shape.join() === shape.join();
  if (op.name === "Reshape" || op.name === "Cast" || op.name === "Identity") return unchanged;
  if (op.name === "Transpose") return isInOrder(op.inputs[1] as Origin);
  return op.name === "Mul" && unchanged && dtype === TF_FLOAT && isOne(op.inputs[1] as Origin);
}

const isInOrder = (origin: Origin) =>
  "op" in origin && origin.op.values !== undefined && Array.prototype.every.call(origin.op.values, (x, i) => x === i);

const isOne = (origin: Origin) =>
  "op" in origin && origin.op.values !== undefined && Array.prototype.every.call(origin.op.values, (x) => x === 1);

/** Whether an operation is a product of two matrices as a batch of one. */
export const isProduct = ({ name, inputs }: Op, trace: Trace): boolean =>
  name === "BatchMatMulV2" && inputs.every((input) => signatureOf(input, trace).shape.length === 2);

export const isTransposed = ({ attributes }: Op, flag: "adj_x" | "adj_y" | "transpose_a" | "transpose_b"): boolean =>
  attributes.some(({ name, value }) => name === flag && value === true);

/** A product of two matrices as a MatMul: faster than a batch of one, unless the second is transposed and wide. */
export function asMatMul(product: Op, { TF_ATTR_BOOL }: Binding): Op {
  const kept = product.attributes.filter(({ name }) => name === "T");
  const flag = (name: string, value: boolean): Attribute => ({ name, type: TF_ATTR_BOOL, value });
  const flags = [
    flag("transpose_a", isTransposed(product, "adj_x")),
    flag("transpose_b", isTransposed(product, "adj_y")),
  ];
  return { ...product, name: "MatMul", attributes: [...kept, ...flags] };
}
