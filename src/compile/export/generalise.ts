import { INT32 } from "../engine/dtypes";
import { CompileError } from "../errors";
import { needed, type Op, type Scan, type Signature, type Trace, type Value } from "../ir/trace";
import { checkCount, checkSameOps, refusal } from "./check-same-ops";
import { SizeOps } from "./size-ops";
import { constantOf } from "./symbolic-constants";
import { type Samples, type Size, sizeOf } from "./symbolic-dims";

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
    const general = op.scan === undefined ? own : scanOfAnyLength(own, same, samples, sizeOps);
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
  const scalar: Signature = { shape: [], dtype: INT32 };
  const further = [...samples.names.map(() => scalar), scalar];
  const firstSize = scan.trace.inputs.length;
  const values = samples.names.map((_, i) => ({ input: firstSize + i }));
  const chunks = scans.map(({ trace }) => ({ ...trace, inputs: [...trace.inputs, ...further] }));
  const trace = generalise(chunks, samples, { values, ops: [] });
  const sizeAlone = (i: number): Size => chunkCount.map((_, bits) => (bits === 1 << i ? 1 : 0));
  const sizes = samples.names.map((_, i) => sizeOps.number(sizeAlone(i)));
  const inputs = [...op.inputs, ...sizes, sizeOps.number(chunkCount)];
  return { ...op, inputs, scan: { ...scan, trace, counter: inputs.length - 1 } };
}
