import { DRAW } from "./ops";
import { needed, type Op, signatureOf, type Trace, type Value } from "./trace";

/** A trace in two parts. */
export interface Partition {
  /** Its outputs are what the rest needs of it. */
  readonly first: Trace;
  /** Its inputs are the whole's, then the first part's outputs. Its outputs are the whole's. */
  readonly rest: Trace;
}

/**
 * Cuts a trace in two. Constants belong to whoever needs them.
 *
 * @param isFirst whether an operation belongs to the first part; so must then all that it needs
 */
export function partition(trace: Trace, isFirst: (op: Op) => boolean): Partition {
  const crossing = new Map<Op, Map<number, number>>();
  const outputs: Value[] = [];
  const inputs = [...trace.inputs];
  const across = (origin: Value): Value => {
    if (!("op" in origin) || origin.op.values !== undefined || !isFirst(origin.op)) return origin;
    const known = crossing.get(origin.op) ?? new Map<number, number>();
    crossing.set(origin.op, known);
    if (!known.has(origin.output)) {
      known.set(origin.output, inputs.push(signatureOf(origin, trace)) - 1);
      outputs.push(origin);
    }
    return { input: known.get(origin.output) as number };
  };
  const moved = new Map<Op, Op>();
  const find = (origin: Value): Value => {
    const there = across(origin);
    return "op" in there ? { op: moved.get(there.op) as Op, output: there.output } : there;
  };
  for (const op of trace.ops) {
    if (op.values !== undefined || !isFirst(op)) moved.set(op, { ...op, inputs: op.inputs.map(find) });
  }
  const restOutputs = trace.outputs.map(find);
  const rest = { ...trace, inputs, ops: needed([...moved.values()], restOutputs), outputs: restOutputs };
  const results = outputs.map((origin) => signatureOf(origin, trace));
  return { first: { inputs: trace.inputs, ops: needed(trace.ops, outputs), outputs, results }, rest };
}

/** A trace with some of its outputs only. */
export function withOutputs(trace: Trace, keep: readonly number[]): Trace {
  const outputs = keep.map((i) => trace.outputs[i] as Value);
  return {
    ...trace,
    ops: needed(trace.ops, outputs),
    outputs,
    results: keep.map((i) => trace.results[i] as Trace["results"][0]),
  };
}

/** The operations that depend on none but some of the inputs, on no random draw and on no loop: those stay where they are. */
export function dependingOnlyOn(trace: Trace, isGiven: (input: number) => boolean): Set<Op> {
  const found = new Set<Op>();
  for (const op of trace.ops) {
    const isFound = (origin: Value) => ("op" in origin ? found.has(origin.op) : isGiven(origin.input));
    if (op.name !== DRAW && op.scan === undefined && op.inputs.every(isFound)) found.add(op);
  }
  return found;
}
