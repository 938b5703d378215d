import { attribute } from "../engine/attributes";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { intsOp } from "../ir/ops";
import { needed, type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { gatherFromHandles, isOnlyGathered } from "./row-handles";

/** A trace of a loss and its gradients, some of which are in indexed slices. */
export interface SlicedTrace {
  /** The input of a variable that `handles` names is the variable's handle instead of its value. */
  readonly trace: Trace;
  /** For each variable whose gradient is in slices, by number: the output that has the indices of its slices. */
  readonly indices: ReadonlyMap<number, number>;
  /** The variables, by number, whose rows are gathered from the variable itself. */
  readonly handles: ReadonlySet<number>;
}

/** Where the variables stand in a trace. */
interface VariableLayout {
  /** The input that is the first variable. */
  readonly input: number;
  /** The output that is the first variable's gradient. */
  readonly output: number;
  readonly shards: number;
  /** Whether the update moves all rows and sums slices first, so that a gradient may as well be dense. */
  readonly movesAllRows: boolean;
}

/**
 * Prepares a trace for variables whose gradients are in slices, such as the vectors of a large vocabulary: their rows are
 * gathered from the variable itself, so that nothing as large as the variable is read in a step.
 *
 * Where the update moves all rows anyway, and a batch gathers as many slices as there are rows, or more, the slices are
 * summed to a dense gradient in each shard, which is cheaper and the same.
 */
export function sliceGradients(captured: Pick<SlicedTrace, "trace" | "indices">, layout: VariableLayout): SlicedTrace {
  const { trace, indices } = layout.movesAllRows ? densified(captured, layout) : captured;
  const handles = new Set([...indices.keys()].filter((i) => isOnlyGathered(trace, layout.input + i)));
  if (handles.size === 0) return { trace, indices, handles };
  const inputs = new Set([...handles].map((i) => layout.input + i));
  return { trace: gatherFromHandles(trace, inputs), indices, handles };
}

/** Sums the slices of the variables that have no more rows than slices. */
function densified(
  { trace, indices }: Pick<SlicedTrace, "trace" | "indices">,
  { input, output, shards }: VariableLayout,
): Pick<SlicedTrace, "trace" | "indices"> {
  const rowsOf = (i: number) => trace.inputs[input + i]?.shape[0] as number;
  const slicesOf = (i: number) => trace.results[output + i]?.shape[0] as number;
  const dense = [...indices.keys()].filter((i) => slicesOf(i) * shards >= rowsOf(i));
  if (dense.length === 0) return { trace, indices };
  const ops = [...trace.ops];
  const sums = new Map<number, Value>();
  for (const i of dense) {
    const shape = trace.inputs[input + i]?.shape as readonly number[];
    const count = intsOp([rowsOf(i)], []);
    const of = [
      trace.outputs[output + i],
      trace.outputs[indices.get(i) as number],
      { op: count, output: 0 },
    ] as Value[];
    const sum = segmentSum(of, shape);
    ops.push(count, sum);
    sums.set(output + i, { op: sum, output: 0 });
  }
  const first = trace.outputs.length - indices.size;
  const kept = [...indices].filter(([i]) => !dense.includes(i));
  const outputs = [
    ...trace.outputs.slice(0, first).map((value, at) => sums.get(at) ?? value),
    ...kept.map(([, at]) => trace.outputs[at] as Value),
  ];
  const results = outputs.map((value) => signatureOf(value, trace));
  return {
    trace: { inputs: trace.inputs, ops: needed(ops, outputs), outputs, results },
    indices: new Map(kept.map(([i], at) => [i, first + at])),
  };
}

function segmentSum(inputs: readonly Value[], shape: readonly number[]): Op {
  const types = { T: FLOAT32, Tindices: INT32, Tnumsegments: INT32 };
  const attributes = Object.entries(types).map(([name, dtype]) => attribute(name, "TYPE", dtype));
  return { name: "UnsortedSegmentSum", attributes, inputs, shapes: [shape], dtypes: [FLOAT32] };
}
