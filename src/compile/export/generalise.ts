import type { Binding } from "../engine/backend";
import { CompileError } from "../errors";
import { needed, type Op, type Scan, type Signature, type Trace, type Value } from "../ir/trace";
import { checkCount, checkSameOps, refusal } from "./check-same-ops";
import { SizeOps } from "./size-ops";
import { constantOf } from "./symbolic-constants";
import { type Samples, type Size, sizeOf } from "./symbolic-dims";

/**
 * One trace for all sizes, from the same function's traces at the samples' points. The operations must be the same ones
 * at every size; constants that change with the sizes (shapes, zeros, ranges) are computed from them instead.
 *
 * @param sizes where the sizes stand in the new trace, and the operations that find them
 * @throws CompileError naming the operation that depends on a size in another way
 */
export function generalise(
  traces: readonly Trace[],
  samples: Samples,
  binding: Binding,
  sizes: { readonly origins: readonly Value[]; readonly ops: readonly Op[] },
): Trace {
  const [first] = traces as [Trace];
  const ops: Op[] = [...sizes.ops];
  const computed = new SizeOps(ops, binding, sizes.origins);
  const made = new Map<Op, Value>();
  const find = (origin: Value): Value => {
    if (!("op" in origin)) return origin;
    const there = made.get(origin.op) as Value;
    return "op" in there ? { op: there.op, output: origin.output } : there;
  };
  const places = traces.map((trace) => new Map(trace.ops.map((op, i) => [op, i])));
  first.ops.forEach((op, i) => {
    const alike = traces.map((trace) => trace.ops[i] as Op);
    checkSameOps(alike, places, samples);
    const constant = op.values === undefined ? undefined : constantOf(alike, samples, computed);
    if (constant !== undefined) {
      made.set(op, constant);
      return;
    }
    const shapes = op.shapes.map((_, output) => anyShape(alike.map(({ shapes }) => shapes[output] as number[])));
    const next = { ...op, shapes, inputs: op.inputs.map(find) };
    const whole = op.scan === undefined ? next : ofAnyLength(next, alike, samples, binding, computed);
    made.set(op, { op: whole, output: 0 });
    ops.push(whole);
  });
  checkCount(traces, samples);
  const outputs = first.outputs.map(find);
  const describe = (all: readonly (readonly Signature[])[]) =>
    (all[0] as readonly Signature[]).map(({ dtype }, i) => ({
      dtype,
      shape: anyShape(all.map((each) => each[i]?.shape as number[])),
    }));
  const inputs = describe(traces.map(({ inputs }) => inputs));
  return { inputs, ops: needed(ops, outputs), outputs, results: describe(traces.map(({ results }) => results)) };
}

/** A shape in which −1 stands for what changes. */
const anyShape = (shapes: readonly (readonly number[])[]): number[] =>
  (shapes[0] as readonly number[]).map((size, axis) => (shapes.every((shape) => shape[axis] === size) ? size : -1));

/** A loop over time whose chunk takes the sizes, and the number of its chunks, as further inputs. */
function ofAnyLength(op: Op, alike: readonly Op[], samples: Samples, binding: Binding, computed: SizeOps): Op {
  const scans = alike.map(({ scan }) => scan as Scan);
  const [scan] = scans as [Scan];
  const rounds = sizeOf(
    scans.map(({ iterations }) => iterations),
    samples,
  );
  if (rounds === undefined) throw refusal(op, "the number of its rounds", samples);
  if (scan.gradients !== undefined) throw new CompileError("export: a gradient through a loop over time cannot travel");
  const own = (i: number): Size => rounds.map((_, bits) => (bits === 1 << i ? 1 : 0));
  const scalar: Signature = { shape: [], dtype: binding.TF_INT32 };
  const further = [...samples.names.map(() => scalar), scalar];
  const from = scan.trace.inputs.length;
  const origins = samples.names.map((_, i) => ({ input: from + i }));
  const chunks = scans.map(({ trace }) => ({ ...trace, inputs: [...trace.inputs, ...further] }));
  const trace = generalise(chunks, samples, binding, { origins, ops: [] });
  const inputs = [...op.inputs, ...samples.names.map((_, i) => computed.number(own(i))), computed.number(rounds)];
  return { ...op, inputs, scan: { ...scan, trace, counter: inputs.length - 1 } };
}
