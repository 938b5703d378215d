import { observed } from "./observe";
import { RANDOM_UNIFORM } from "./ops";
import { rewrite } from "./rewrite";
import { needed, type Op, signatureOf, type Trace, type Value } from "./trace";
import { ValueMap } from "./value-map";

/** A trace in two parts. */
export interface Partition {
  /** The part that runs first. Its outputs are the values that the rest needs. */
  readonly first: Trace;
  /** The rest. Its inputs are the whole trace's inputs, then the outputs of the first part. Its outputs are the whole's. */
  readonly rest: Trace;
}

/**
 * Partitions a trace in two. A constant is copied into each part that needs it.
 *
 * @param isFirst whether an op belongs to the first part; then all ops that it depends on must belong there too
 */
export function partition(trace: Trace, isFirst: (op: Op) => boolean): Partition {
  const inputs = [...trace.inputs];
  const outputs: Value[] = [];
  const crossing = new ValueMap<Value>();
  const cross = (value: Value): Value => {
    outputs.push(value);
    return { input: inputs.push(signatureOf(value, trace)) - 1 };
  };
  const rest = rewrite(trace, (op, { moved }) => {
    if (op.values !== undefined || !isFirst(op)) return moved(op);
    return (output) => crossing.once({ op, output }, cross);
  });
  const results = outputs.map((value) => signatureOf(value, trace));
  const first = { inputs: trace.inputs, ops: needed(trace.ops, outputs), outputs, results };
  return { first: observed(first, "partition, first"), rest: observed({ ...rest, inputs }, "partition, rest") };
}

/** The trace with only some of its outputs, given by their indices. */
export function withOutputs(trace: Trace, keep: readonly number[]): Trace {
  const outputs = keep.map((i) => trace.outputs[i] as Value);
  return {
    ...trace,
    ops: needed(trace.ops, outputs),
    outputs,
    results: keep.map((i) => trace.results[i] as Trace["results"][0]),
  };
}

/**
 * The ops that depend on no inputs except the given ones. Random draws are never among them, because each chunk and each
 * shard draws its own numbers; nor are loops, because a forward and a backward loop must stay in one trace.
 */
export function dependingOnlyOn(trace: Trace, isGiven: (input: number) => boolean): Set<Op> {
  const found = new Set<Op>();
  for (const op of trace.ops) {
    const isFound = (value: Value) => ("op" in value ? found.has(value.op) : isGiven(value.input));
    if (op.name !== RANDOM_UNIFORM && op.scan === undefined && op.loop === undefined && op.inputs.every(isFound))
      found.add(op);
  }
  return found;
}
