import { RANDOM_UNIFORM } from "../ir/ops";
import { type Op, type Scan, type Trace, type Value, valuesUsed, type WhileLoop } from "../ir/trace";
import { emitBackwardLoop } from "./backward-loop";
import { type Placement, writeOp } from "./emit-op";
import { emitWhileLoop } from "./emit-while";
import { emitForwardLoop, type ForwardLoop } from "./forward-loop";
import type { GraphWriter, Ref } from "./graph-writer";

/** Writes a trace's ops into a graph. @returns its outputs */
export function emit(writer: GraphWriter, trace: Trace, placement: Placement): Ref[] {
  const written = new Map<Op, Ref | readonly Ref[]>();
  const forwardLoops = new Map<Scan, ForwardLoop>();
  const refOf = (value: Value): Ref => {
    if ("input" in value) return placement.inputs[value.input] as Ref;
    const made = written.get(value.op) as Ref | readonly Ref[];
    if (typeof made !== "string") return made[value.output] as Ref;
    return value.output === 0 ? made : `${made}:${value.output}`;
  };
  for (const op of trace.ops) {
    const inputs = op.inputs.map(refOf);
    written.set(
      op,
      writer.from(op.scope, () =>
        op.scan ? emitScan(op, op.scan, inputs) : op.loop ? emitWhile(op, op.loop, inputs) : emitOp(op, inputs),
      ),
    );
  }
  return trace.outputs.map(refOf);

  function emitOp(op: Op, inputs: readonly Ref[]): Ref {
    const random = op.name === RANDOM_UNIFORM ? placement.random?.(op, inputs[1] as Ref) : undefined;
    return random ?? writeOp(writer, op, inputs, placement);
  }

  function emitWhile(op: Op, loop: WhileLoop, inputs: readonly Ref[]): readonly Ref[] {
    return emitWhileLoop(writer, loop, { inputs, used: usedOutputs(trace, op), placement, emit });
  }

  /** The first op of a scan is its forward loop, the second its backward loop, which reads the first one's residuals. */
  function emitScan(op: Op, scan: Scan, inputs: readonly Ref[]): readonly Ref[] {
    const forward = forwardLoops.get(scan);
    if (forward !== undefined) {
      return emitBackwardLoop(writer, scan, { inputs, used: usedOutputs(trace, op), forward, placement, emit });
    }
    const { outputs, loop } = emitForwardLoop(writer, scan, inputs, placement, emit);
    forwardLoops.set(scan, loop);
    return outputs;
  }
}

function usedOutputs(trace: Trace, op: Op): Set<number> {
  return new Set(valuesUsed(trace).flatMap((value) => ("op" in value && value.op === op ? [value.output] : [])));
}
