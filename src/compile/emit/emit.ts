import { DRAW } from "../ir/ops";
import { type Op, type Scan, type Trace, type Value, valuesUsed } from "../ir/trace";
import { type Placement, writeOp } from "./emit-op";
import type { GraphWriter, Ref } from "./graph-writer";
import { emitBackwardLoop, emitForwardLoop, type ForwardLoop } from "./scan-loops";

/** Writes a trace's operations into a graph; returns its outputs. */
export function emit(writer: GraphWriter, trace: Trace, place: Placement): Ref[] {
  const written = new Map<Op, Ref | readonly Ref[]>();
  const left = new Map<Scan, ForwardLoop>();
  const refOf = (origin: Value): Ref => {
    if ("input" in origin) return place.inputs[origin.input] as Ref;
    const name = written.get(origin.op) as Ref | readonly Ref[];
    if (typeof name !== "string") return name[origin.output] as Ref;
    return origin.output === 0 ? name : `${name}:${origin.output}`;
  };
  for (const op of trace.ops) {
    const inputs = op.inputs.map(refOf);
    if (op.scan !== undefined) written.set(op, emitScan(op, op.scan, inputs));
    else
      written.set(op, (op.name === DRAW && place.draw?.(op, inputs[1] as Ref)) || writeOp(writer, op, inputs, place));
  }
  return trace.outputs.map(refOf);

  function emitScan(op: Op, scan: Scan, inputs: readonly Ref[]): readonly Ref[] {
    const there = left.get(scan);
    if (there !== undefined) return emitBackwardLoop(writer, scan, inputs, usedOutputs(trace, op), there, place, emit);
    const made = emitForwardLoop(writer, scan, inputs, place, emit);
    left.set(scan, made.left);
    return made.outputs;
  }
}

function usedOutputs(trace: Trace, op: Op): Set<number> {
  return new Set(valuesUsed(trace).flatMap((origin) => ("op" in origin && origin.op === op ? [origin.output] : [])));
}
