import { attribute } from "../engine/attributes";
import { RESOURCE } from "../engine/dtypes";
import { attributeOf, constantValues } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import { layoutOf } from "../ir/scan-partition";
import type { Op, Scan, Trace, Value } from "../ir/trace";

/** Whether every use of an input, in the loops of the trace too, is a gather of its rows. */
export function isOnlyGathered(trace: Trace, input: number): boolean {
  const isInput = (value: Value) => "input" in value && value.input === input;
  if (trace.outputs.some(isInput)) return false;
  return trace.ops.every((op) =>
    op.inputs.every((value, at) => {
      if (!isInput(value) || (at === 0 && gathersRows(op))) return true;
      const captured = op.scan && capturedInput(op, op.scan, at);
      return captured !== undefined && isOnlyGathered((op.scan as Scan).trace, captured);
    }),
  );
}

/** Whether an op is a gather along the first axis, without batch dimensions. */
const gathersRows = (op: Op): boolean =>
  op.name === "GatherV2" && attributeOf(op, "batch_dims") === 0 && constantValues(op.inputs[2])?.[0] === 0;

/** The input of a chunk's trace that is an input of its loop, where the loop captures it. */
function capturedInput({ inputs }: Op, { counts, gradients, trace }: Scan, at: number): number | undefined {
  const { free } = layoutOf({ counts, trace, ...(gradients && { gradients }) });
  const input = at + trace.inputs.length - inputs.length; // the captured values are the last inputs of both
  return input < free ? undefined : input;
}

/**
 * Gathers rows of some inputs, which are only gathered from, from the handle of their variable: its value may be too large to
 * be copied at each step. These inputs become handles, in the loops of the trace too.
 *
 * @param loops the loops that are rewritten already: a forward and a backward loop share one
 */
export function gatherFromHandles(trace: Trace, handles: ReadonlySet<number>, loops = new Map<Scan, Scan>()): Trace {
  const isHandle = (value: Value | undefined) => value !== undefined && "input" in value && handles.has(value.input);
  const loopOf = (op: Op, scan: Scan): Scan => {
    const captured = op.inputs.flatMap((value, at) => (isHandle(value) ? [capturedInput(op, scan, at) as number] : []));
    const known = loops.get(scan) ?? { ...scan, trace: gatherFromHandles(scan.trace, new Set(captured), loops) };
    loops.set(scan, known);
    return known;
  };
  const rewritten = rewrite(trace, (op, { moved }) => {
    if (!op.inputs.some(isHandle)) return moved(op);
    return op.scan ? { ...moved(op), scan: loopOf(op, op.scan) } : resourceGather(moved(op));
  });
  const inputs = trace.inputs.map((signature, i) => (handles.has(i) ? { ...signature, dtype: RESOURCE } : signature));
  return { ...rewritten, inputs };
}

function resourceGather(op: Op): Op {
  const attributes = [
    ...op.attributes.filter(({ name }) => name === "Tindices"),
    attribute("dtype", "TYPE", op.dtypes[0] as number),
    attribute("batch_dims", "INT", 0),
    attribute("validate_indices", "BOOL", true),
  ];
  return { ...op, name: "ResourceGather", inputs: op.inputs.slice(0, 2), attributes };
}
