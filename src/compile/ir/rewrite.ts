import { needed, type Op, type Trace, type Value } from "./trace";

/**
 * The same trace with other operations, without those that nothing needs any more.
 *
 * @param by what an operation becomes: at least one, and the last, with as many outputs, stands for it. `own` takes its
 *   inputs from the rewritten ones, `op` is as it was in the trace
 */
export function rewrite(trace: Trace, by: (own: Op, op: Op) => readonly [...Op[], Op]): Trace {
  const made = new Map<Op, Op>();
  const find = (origin: Value): Value => ("op" in origin ? { ...origin, op: made.get(origin.op) as Op } : origin);
  const ops = trace.ops.flatMap((op) => {
    const next = by({ ...op, inputs: op.inputs.map(find) }, op);
    made.set(op, next[next.length - 1] as Op);
    return next;
  });
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };
}
