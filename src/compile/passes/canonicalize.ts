import type { Attribute, Binding } from "../engine/backend";
import { needed, type Op, signatureOf, type Trace, type Value } from "../ir/trace";

/**
 * The same trace with fewer operations. TensorFlow.js's gradients reshape and cast to what a value is already, and
 * multiply matrices as batches of one: each costs a node at every time step of an unrolled loop.
 */
export function canonicalize(trace: Trace, binding: Binding): Trace {
  const instead = new Map<Op, Value>();
  const made = new Map<Op, Op>();
  const find = (origin: Value): Value => {
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
    const next = isBatchOfOneMatMul(op, trace) && !isTransposed(op, "adj_y") ? asMatMul(own, binding) : own;
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
  if (op.name === "Transpose") return isInOrder(op.inputs[1] as Value);
  return op.name === "Mul" && unchanged && dtype === TF_FLOAT && isOne(op.inputs[1] as Value);
}

const isInOrder = (origin: Value) =>
  "op" in origin && origin.op.values !== undefined && Array.prototype.every.call(origin.op.values, (x, i) => x === i);

const isOne = (origin: Value) =>
  "op" in origin && origin.op.values !== undefined && Array.prototype.every.call(origin.op.values, (x) => x === 1);

/** Whether an operation is a product of two matrices as a batch of one. */
export const isBatchOfOneMatMul = ({ name, inputs }: Op, trace: Trace): boolean =>
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
