import { FLOAT } from "./find-turns";
import type { Attribute, Binding } from "./native";
import { productPlan, type Shape } from "./product-plan";
import { intsOp } from "./reshape-ops";
import { asMatMul } from "./simplify";
import { needed, type Op, type Origin, signatureOf, type Trace } from "./trace";

/** A line of a processor's cache, in float32 numbers. */
const SPARE = 16;

/**
 * The same trace, with the rows of matrices spread where they hinder a product. Rows of a multiple of 2 KB all begin in the
 * same few places of a processor's first cache and push each other out: on processors with AVX2 a product by a matrix of
 * 1,024 columns takes twice as long as by one of 1,040, and one by the same matrix turned round several times as long as by
 * a turned copy. A weight is copied once for all time steps.
 */
export function spreadRows(trace: Trace, binding: Binding): Trace {
  const factors = new ByOrigin<number>();
  for (const { name, inputs } of trace.ops) {
    if (!name.includes("MatMul")) continue;
    for (const input of inputs) factors.set(input, (factors.get(input) ?? 0) + 1);
  }
  const uses = (origin: Origin) => factors.get(origin) as number;
  const ops: Op[] = [];
  const made = new Map<Op, Op>();
  const [turned, wide] = [new ByOrigin<Origin>(), new ByOrigin<Origin>()];
  for (const op of trace.ops) made.set(op, rewritten(op));
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };

  function rewritten(op: Op): Op {
    const own = { ...op, inputs: op.inputs.map(find) };
    const plan = productPlan(op, trace, uses);
    if (plan === undefined) return add(own);
    const { shape, widenA, turnB, widenB } = plan;
    let [a, b] = own.inputs as [Origin, Origin];
    if (turnB) b = turned.once(b, turn);
    if (widenB) b = wide.once(b, widen);
    if (widenA) a = wide.once(a, widen);
    const [m, n] = shape;
    const sizes = [m + (widenA ? SPARE : 0), n + (widenB ? SPARE : 0)];
    const product = add({ ...(turnB ? asPlain(own, binding) : own), inputs: [a, b], shapes: [sizes] });
    if (!(widenA || widenB)) return product;
    const [zeros, size] = [constant([0, 0]), constant(shape)];
    return add(operation("Slice", [{ op: product, output: 0 }, zeros, size], shape, "Index"));
  }

  /** With columns of zeros beyond its own. */
  function widen(value: Origin): Origin {
    const [rows, columns] = shapeOf(value);
    const paddings = constant([0, 0, 0, SPARE], [2, 2]);
    return { op: add(operation("Pad", [value, paddings], [rows, columns + SPARE], "Tpaddings")), output: 0 };
  }

  function turn(value: Origin): Origin {
    const [rows, columns] = shapeOf(value);
    return { op: add(operation("Transpose", [value, constant([1, 0])], [columns, rows], "Tperm")), output: 0 };
  }

  function operation(name: string, inputs: readonly Origin[], shape: Shape, indices: string): Op {
    const type = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value });
    const attributes = [type("T", FLOAT), type(indices, binding.TF_INT32)];
    return { name, attributes, inputs, shapes: [shape], dtypes: [FLOAT] };
  }

  function constant(values: readonly number[], shape = [values.length]): Origin {
    return { op: add({ ...intsOp(values, binding), shapes: [shape] }), output: 0 };
  }

  function add(op: Op): Op {
    ops.push(op);
    return op;
  }

  function find(origin: Origin): Origin {
    return "op" in origin ? { ...origin, op: made.get(origin.op) as Op } : origin;
  }

  function shapeOf(origin: Origin): Shape {
    return signatureOf(origin, trace).shape as Shape;
  }
}

/** A product whose second factor is no longer turned round. */
function asPlain(product: Op, binding: Binding): Op {
  const plain = asMatMul(product, binding);
  const isTurn = ({ name }: Attribute) => name === "transpose_b";
  return { ...plain, attributes: plain.attributes.map((each) => (isTurn(each) ? { ...each, value: false } : each)) };
}

/** Something of values, by where they come from. */
class ByOrigin<T> {
  private readonly known = new Map<Op | undefined, Map<number, T>>();

  get(origin: Origin): T | undefined {
    const [op, place] = "op" in origin ? [origin.op, origin.output] : [undefined, origin.input];
    return this.known.get(op)?.get(place);
  }

  set(origin: Origin, value: T): void {
    const [op, place] = "op" in origin ? [origin.op, origin.output] : [undefined, origin.input];
    if (!this.known.has(op)) this.known.set(op, new Map());
    this.known.get(op)?.set(place, value);
  }

  once(origin: Origin, make: (origin: Origin) => T): T {
    const known = this.get(origin);
    if (known !== undefined) return known;
    const made = make(origin);
    this.set(origin, made);
    return made;
  }
}
