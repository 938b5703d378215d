import { needed, type Op, type Origin, type Trace } from "./trace";

/**
 * The same trace with other operations, without those that nothing needs any more.
 *
 * @param by from an operation that takes its inputs from the rewritten ones, and the one that it was in the trace, to what
 *   it becomes: the last stands for it
 */
export function rewrite(trace: Trace, by: (own: Op, op: Op) => readonly Op[]): Trace {
  const made = new Map<Op, Op>();
  const find = (origin: Origin): Origin => ("op" in origin ? { ...origin, op: made.get(origin.op) as Op } : origin);
  const ops = trace.ops.flatMap((op) => {
    const next = by({ ...op, inputs: op.inputs.map(find) }, op);
    made.set(op, next.at(-1) as Op);
    return next;
  });
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };
}
