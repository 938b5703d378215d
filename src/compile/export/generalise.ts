import { CompileError } from "../errors";
import type { Binding } from "../native";
import { needed, type Op, type Origin, type Scan, type Signature, type Trace } from "../trace";
import { SizeOps } from "./size-ops";
import { isFixed, type Samples, type Size, sizeOf } from "./sizes";

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
  sizes: { readonly origins: readonly Origin[]; readonly ops: readonly Op[] },
): Trace {
  const [first] = traces as [Trace];
  const ops: Op[] = [...sizes.ops];
  const computed = new SizeOps(ops, binding, sizes.origins);
  const made = new Map<Op, Op>();
  const find = (origin: Origin): Origin =>
    "op" in origin ? { op: made.get(origin.op) as Op, output: origin.output } : origin;
  const places = traces.map((trace) => new Map(trace.ops.map((op, i) => [op, i])));
  first.ops.forEach((op, i) => {
    const alike = traces.map((trace) => trace.ops[i] as Op);
    checkAlike(alike, places, samples);
    const constant = op.values === undefined ? undefined : constantOf(alike, samples, computed);
    if (constant !== undefined) {
      made.set(op, (constant as { op: Op }).op);
      return;
    }
    const shapes = op.shapes.map((_, output) => anyShape(alike.map(({ shapes }) => shapes[output] as number[])));
    const next = { ...op, shapes, inputs: op.inputs.map(find) };
    made.set(op, op.scan === undefined ? next : ofAnyLength(next, alike, samples, binding, computed));
    ops.push(made.get(op) as Op);
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
  if (rounds === undefined || scan.gradients !== undefined) throw refusal(op, "the number of its rounds", samples);
  const bits = samples.names.map((_, i) => samples.names.map((_, j) => i === j));
  const size = (i: number): Size => Array.from({ length: 2 ** bits.length }, (_, set) => (set === 1 << i ? 1 : 0));
  const scalar: Signature = { shape: [], dtype: binding.TF_INT32 };
  const further = [...samples.names.map(() => scalar), scalar];
  const from = scan.trace.inputs.length;
  const origins = samples.names.map((_, i) => ({ input: from + i }));
  const chunks = scans.map(({ trace }) => ({ ...trace, inputs: [...trace.inputs, ...further] }));
  const trace = generalise(chunks, samples, binding, { origins, ops: [] });
  const inputs = [...op.inputs, ...samples.names.map((_, i) => computed.number(size(i))), computed.number(rounds)];
  return { ...op, inputs, scan: { ...scan, trace, counter: inputs.length - 1 } };
}

/** What computes a constant that changes with the sizes; undefined for one that does not. */
function constantOf(alike: readonly Op[], samples: Samples, computed: SizeOps): Origin | undefined {
  const [op] = alike as [Op];
  const [dtype, rank] = [op.dtypes[0] as number, op.shapes[0]?.length as number];
  const values = alike.map((each) => Array.from(each.values as ArrayLike<number>));
  const [own] = values as [number[]];
  const shape = (op.shapes[0] as number[]).map((_, axis) => {
    return sizeOf(
      alike.map(({ shapes }) => shapes[0]?.[axis] as number),
      samples,
    );
  });
  if (!shape.every((size) => size !== undefined)) throw refusal(op, "a constant's shape", samples);
  if (shape.every(isFixed)) {
    if (values.every((each) => each.every((value, i) => Object.is(value, own[i])))) return undefined;
    const entries = own.map((_, i) => {
      return sizeOf(
        values.map((each) => each[i] as number),
        samples,
      );
    });
    if (rank > 1 || !entries.every((size) => size !== undefined)) throw refusal(op, "a constant's values", samples);
    const whole = rank === 0 ? computed.number(entries[0] as Size) : computed.list(entries);
    return computed.cast(whole, op.shapes[0] as number[], dtype);
  }
  const [start = 0, second = 0] = own;
  if (values.every((each) => each.every((value) => Object.is(value, start)))) {
    return computed.fill(shape, dtype, start);
  }
  const step = second - start;
  const isRange = values.every((each) => each.every((value, i) => value === start + i * step));
  if (rank !== 1 || !isRange || ![start, step].every(Number.isInteger)) {
    throw refusal(op, "a constant's values", samples);
  }
  return computed.cast(computed.range(start, step, shape[0] as Size), [-1], dtype);
}

function checkAlike(alike: readonly (Op | undefined)[], places: readonly Map<Op, number>[], samples: Samples): void {
  const [first] = alike as [Op];
  const kind = (op: Op | undefined) => op && `${op.name} of ${op.inputs.length} and ${op.dtypes}`;
  if (alike.some((op) => kind(op) !== kind(first))) throw refusal(first, "whether or where it stands", samples);
  const attribute = first.attributes.find(({ value }, i) =>
    alike.some((op) => JSON.stringify(op?.attributes[i]?.value) !== JSON.stringify(value)),
  );
  if (attribute !== undefined) throw refusal(first, `its attribute ${attribute.name}`, samples);
  const rank = (op: Op | undefined) => op?.shapes.map(({ length }) => length).join();
  if (alike.some((op) => rank(op) !== rank(first))) throw refusal(first, "its rank", samples);
  const sources = (op: Op | undefined, trace: number) =>
    op?.inputs.map((x) => ("op" in x ? `${places[trace]?.get(x.op)}:${x.output}` : x.input)).join();
  if (alike.some((op, i) => sources(op, i) !== sources(first, 0))) throw refusal(first, "what it reads", samples);
}

function checkCount(traces: readonly Trace[], { names }: Samples): void {
  const counts = traces.map(({ ops }) => ops.length);
  if (counts.every((count) => count === counts[0])) return;
  throw new CompileError(
    `export: the number of operations depends on a size (${names.join(", ")}): ${[...new Set(counts)].join(", ")}. ` +
      "Loop over time by dynamicRnn or scan, not by a loop of JavaScript (staticRnn is one)",
  );
}

function refusal({ name }: Op, what: string, { names }: Samples): CompileError {
  return new CompileError(
    `export: ${name}: ${what} depends on a size (${names.join(", ")}) in a way that one graph cannot follow. Give that ` +
      "size as a number, or loop over time by dynamicRnn or scan, not by a loop of JavaScript (staticRnn is one)",
  );
}
