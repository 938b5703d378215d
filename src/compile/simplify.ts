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
    const next = asReshape(asMatMul({ ...op, inputs }, trace, binding), binding);
    made.set(op, next.at(-1) as Op);
    ops.push(...next);
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

/** A turn that moves no axis of more than one, as a batch of one's from time to batch, only needs another shape. */
function asReshape(op: Op, { TF_ATTR_TYPE, TF_INT32 }: Binding): Op[] {
  const [order] = op.name === "Transpose" ? [op.inputs[1] as Origin] : [];
  if (order === undefined || !("op" in order) || order.op.values === undefined) return [op];
  const [sizes] = op.shapes as [readonly number[]];
  const moved = Array.from(order.op.values).filter((_, i) => sizes[i] !== 1);
  if (moved.some((axis, i) => i > 0 && axis < (moved[i - 1] as number))) return [op];
  const constant = { name: "Const", attributes: [], inputs: [], shapes: [[sizes.length]], dtypes: [TF_INT32] };
  const shape: Op = { ...constant, values: Int32Array.from(sizes) };
  const attributes = [
    ...op.attributes.filter(({ name }) => name === "T"),
    { name: "Tshape", type: TF_ATTR_TYPE, value: TF_INT32 },
  ];
  return [shape, { ...op, name: "Reshape", attributes, inputs: [op.inputs[0] as Origin, { op: shape, output: 0 }] }];
}

/** From so many columns on, a product by rows is slower as a MatMul than as a batch of one: at 600 by a seventh. */
const MANY_COLUMNS = 256;

/** A product of two matrices is one MatMul, which is faster than a batch of one; by a transposed one unless it is wide. */
function asMatMul(op: Op, trace: Trace, { TF_ATTR_BOOL }: Binding): Op {
  if (op.name !== "BatchMatMulV2" || op.inputs.some((input) => signatureOf(input, trace).shape.length !== 2)) return op;
  const isTransposed = (name: string) => op.attributes.some((each) => each.name === name && each.value === true);
  const columns = signatureOf(op.inputs[1] as Origin, trace).shape[1] as number;
  if (isTransposed("adj_y") && columns > MANY_COLUMNS) return op;
  const kept = op.attributes.filter(({ name }) => name === "T");
  const flag = (name: string, value: boolean): Attribute => ({ name, type: TF_ATTR_BOOL, value });
  const flags = [flag("transpose_a", isTransposed("adj_x")), flag("transpose_b", isTransposed("adj_y"))];
  return { ...op, name: "MatMul", attributes: [...kept, ...flags] };
}
