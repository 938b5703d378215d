import { INT32 } from "../engine/dtypes";
import { CompileError } from "../errors";
import { needed, type Op, type Scan, type Signature, type Trace, type Value, type WhileLoop } from "../ir/trace";
import { checkCount, checkSameOps, refusal } from "./check-same-ops";
import { SizeOps } from "./size-ops";
import { constantOf } from "./symbolic-constants";
import { type Samples, sizeOf } from "./symbolic-dims";

/**
 * Generalises traces of one function, captured at the samples' points, to one trace for all sizes. The ops must be the same
 * at every point. A constant that differs between points (a shape, zeros, a range) is replaced by ops that compute it from
 * the sizes.
 *
 * @param sizes the values of the sizes in the new trace, and the ops that compute them
 * @throws CompileError naming an op that depends on a size in another way
 */
export function generalise(
  traces: readonly Trace[],
  samples: Samples,
  sizes: { readonly values: readonly Value[]; readonly ops: readonly Op[] },
): Trace {
  const [first] = traces as [Trace];
  const ops: Op[] = [...sizes.ops];
  const sizeOps = new SizeOps(ops, sizes.values);
  const replacements = new Map<Op, Value>();
  const find = (value: Value): Value => {
    if (!("op" in value)) return value;
    const replacement = replacements.get(value.op) as Value;
    return "op" in replacement ? { op: replacement.op, output: value.output } : replacement;
  };
  const positions = traces.map((trace) => new Map(trace.ops.map((op, i) => [op, i])));
  first.ops.forEach((op, i) => {
    const same = traces.map((trace) => trace.ops[i] as Op);
    checkSameOps(same, positions, samples);
    const constant = op.values === undefined ? undefined : constantOf(same, samples, sizeOps);
    if (constant !== undefined) {
      replacements.set(op, constant);
      return;
    }
    const shapes = op.shapes.map((_, output) => anyShape(same.map(({ shapes }) => shapes[output] as number[])));
    const own = { ...op, shapes, inputs: op.inputs.map(find) };
    const general = loopOfAnySize(own, same, samples, sizeOps);
    replacements.set(op, { op: general, output: 0 });
    ops.push(general);
  });
  checkCount(traces, samples);
  const outputs = first.outputs.map(find);
  return {
    inputs: anySignatures(traces.map(({ inputs }) => inputs)),
    ops: needed(ops, outputs),
    outputs,
    results: anySignatures(traces.map(({ results }) => results)),
  };
}

/** A shape that several have in common, with −1 for a size that differs. */
const anyShape = (shapes: readonly (readonly number[])[]): number[] =>
  (shapes[0] as readonly number[]).map((size, axis) => (shapes.every((shape) => shape[axis] === size) ? size : -1));

const anySignatures = (all: readonly (readonly Signature[])[]): Signature[] =>
  (all[0] as readonly Signature[]).map(({ dtype }, i) => ({
    dtype,
    shape: anyShape(all.map((each) => each[i]?.shape as number[])),
  }));

function loopOfAnySize(op: Op, same: readonly Op[], samples: Samples, sizeOps: SizeOps): Op {
  if (op.scan !== undefined) return scanOfAnyLength(op, same, samples, sizeOps);
  if (op.loop !== undefined) return whileOfAnySize(op, same, samples, sizeOps);
  return op;
}

/** A while loop whose iteration takes the sizes as further captured values. */
function whileOfAnySize(op: Op, same: readonly Op[], samples: Samples, sizeOps: SizeOps): Op {
  const loops = same.map(({ loop }) => loop as WhileLoop);
  const [loop] = loops as [WhileLoop];
  const trace = bodyOfAnySize(
    loops.map(({ trace }) => trace),
    samples,
  );
  return { ...op, inputs: [...op.inputs, ...sizesAlone(samples, sizeOps)], loop: { ...loop, trace, waits: true } };
}

/** Generalises the bodies of a loop. The sizes are the last inputs of the new one. */
function bodyOfAnySize(bodies: readonly Trace[], samples: Samples, more: readonly Signature[] = []): Trace {
  const first = bodies[0]?.inputs.length as number;
  const further = [...samples.names.map((): Signature => ({ shape: [], dtype: INT32 })), ...more];
  const values = samples.names.map((_, i) => ({ input: first + i }));
  const all = bodies.map((body) => ({ ...body, inputs: [...body.inputs, ...further] }));
  return generalise(all, samples, { values, ops: [] });
}

/** Each size, as a value outside the loop. */
const sizesAlone = ({ names }: Samples, sizeOps: SizeOps): Value[] =>
  names.map((_, i) =>
    sizeOps.number(Array.from({ length: 2 ** names.length }, (_, bits) => (bits === 1 << i ? 1 : 0))),
  );

/** A scan of any length: it takes the sizes, which its chunks may use, and the number of its chunks as further inputs. */
function scanOfAnyLength(op: Op, same: readonly Op[], samples: Samples, sizeOps: SizeOps): Op {
  const scans = same.map(({ scan }) => scan as Scan);
  const [scan] = scans as [Scan];
  const chunkCounts = scans.map(({ iterations }) => iterations);
  const chunkCount = sizeOf(chunkCounts, samples);
  if (chunkCount === undefined) throw refusal(op, "the number of its iterations", samples);
  if (scan.gradients !== undefined) {
    throw new CompileError("export: a gradient through a loop over time cannot be exported");
  }
  const chunks = scans.map(({ trace }) => trace);
  const trace = bodyOfAnySize(chunks, samples, [{ shape: [], dtype: INT32 }]);
  const inputs = [...op.inputs, ...sizesAlone(samples, sizeOps), sizeOps.number(chunkCount)];
  return { ...op, inputs, scan: { ...scan, trace, counter: inputs.length - 1 } };
}
