import type { Attribute, Binding } from "../engine/backend";
import { intsOp } from "../ir/ops";
import { needed, type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { ValueMap } from "../ir/value-map";
import { asMatMul } from "./canonicalize";
import { matmulPadding, type Shape, transposeFlags } from "./matmul-padding";
import { FLOAT } from "./transpose-patterns";

/** A line of a processor's cache, in float32 numbers. */
const SPARE = 16;

/**
 * The same trace, with the rows of matrices spread where they hinder a product (`isBadStride`): it is formed with columns to
 * spare, and those are left out of what it makes. A matrix that is turned round for many products is copied so. A weight is
 * copied once for all time steps.
 */
export function padMatmuls(trace: Trace, binding: Binding): Trace {
  const uses = usesOf(trace);
  const ops: Op[] = [];
  const made = new Map<Op, Op>();
  const [turned, wide] = [new ValueMap<Value>(), new ValueMap<Value>()];
  for (const op of trace.ops) made.set(op, rewritten(op));
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };

  function rewritten(op: Op): Op {
    const own = { ...op, inputs: op.inputs.map(find) };
    const plan = matmulPadding(op, trace, uses);
    if (plan === undefined) return add(own);
    const { shape, padA, transposeB, padB } = plan;
    let [a, b] = own.inputs as [Value, Value];
    if (transposeB) b = turned.once(b, turn);
    if (padB) b = wide.once(b, widen);
    if (padA) a = wide.once(a, widen);
    const [m, n] = shape;
    const sizes = [m + (padA ? SPARE : 0), n + (padB ? SPARE : 0)];
    const product = add({ ...(transposeB ? asPlain(own, binding) : own), inputs: [a, b], shapes: [sizes] });
    if (!(padA || padB)) return product;
    const [zeros, size] = [constant([0, 0]), constant(shape)];
    return add(operation("Slice", [{ op: product, output: 0 }, zeros, size], shape, "Index"));
  }

  /** With columns of zeros beyond its own. */
  function widen(value: Value): Value {
    const [rows, columns] = shapeOf(value);
    const paddings = constant([0, 0, 0, SPARE], [2, 2]);
    return { op: add(operation("Pad", [value, paddings], [rows, columns + SPARE], "Tpaddings")), output: 0 };
  }

  function turn(value: Value): Value {
    const [rows, columns] = shapeOf(value);
    return { op: add(operation("Transpose", [value, constant([1, 0])], [columns, rows], "Tperm")), output: 0 };
  }

  function operation(name: string, inputs: readonly Value[], shape: Shape, indices: string): Op {
    const type = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value });
    const attributes = [type("T", FLOAT), type(indices, binding.TF_INT32)];
    return { name, attributes, inputs, shapes: [shape], dtypes: [FLOAT] };
  }

  function constant(values: readonly number[], shape = [values.length]): Value {
    return { op: add({ ...intsOp(values, binding), shapes: [shape] }), output: 0 };
  }

  function add(op: Op): Op {
    ops.push(op);
    return op;
  }

  function find(origin: Value): Value {
    return "op" in origin ? { ...origin, op: made.get(origin.op) as Op } : origin;
  }

  function shapeOf(origin: Value): Shape {
    return signatureOf(origin, trace).shape as Shape;
  }
}

/** How often a value is a factor of products of two matrices, turned round or as it lies. */
function usesOf(trace: Trace): (origin: Value, turned: boolean) => number {
  const [turned, plain] = [new ValueMap<number>(), new ValueMap<number>()];
  for (const op of trace.ops) {
    transposeFlags(op, trace)?.forEach((isTurned, i) => {
      const [input, counts] = [op.inputs[i] as Value, isTurned ? turned : plain];
      counts.set(input, (counts.get(input) ?? 0) + 1);
    });
  }
  return (origin, isTurned) => (isTurned ? turned : plain).get(origin) ?? 0;
}

/** A product whose second factor is no longer turned round. */
function asPlain(product: Op, binding: Binding): Op {
  const plain = asMatMul(product, binding);
  const isTurn = ({ name }: Attribute) => name === "transpose_b";
  return { ...plain, attributes: plain.attributes.map((each) => (isTurn(each) ? { ...each, value: false } : each)) };
}
