import { attribute } from "../engine/attributes";
import { FLOAT32, INT32, RESOURCE } from "../engine/dtypes";
import { attributeOf, constantValues, intsOp } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import { needed, type Op, signatureOf, type Trace, type Value, valuesUsed } from "../ir/trace";

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
  const isGather = ({ inputs: [params] }: Op) => params !== undefined && "input" in params && inputs.has(params.input);
  const rewritten = rewrite(trace, (op, { moved }) => (isGather(op) ? resourceGather(moved(op)) : moved(op)));
  const signatures = trace.inputs.map((signature, i) =>
    inputs.has(i) ? { ...signature, dtype: RESOURCE } : signature,
  );
  return { trace: { ...rewritten, inputs: signatures }, indices, handles };
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

/** Whether every use of an input is a gather of its rows. */
function isOnlyGathered(trace: Trace, input: number): boolean {
  const uses = valuesUsed(trace).filter((value) => "input" in value && value.input === input).length;
  return uses === trace.ops.filter((op) => gathersRows(op, input, trace)).length;
}

/** Whether an op is a gather along the first axis of an input, without batch dimensions. */
function gathersRows(op: Op, input: number, trace: Trace): boolean {
  const [params, , axis] = op.inputs;
  if (op.name !== "GatherV2" || params === undefined || !("input" in params) || params.input !== input) return false;
  const along = constantValues(axis)?.[0];
  return attributeOf(op, "batch_dims") === 0 && (along === 0 || along === -signatureOf(params, trace).shape.length);
}

/** The same gather, from the variable's handle: its value may be too large to be copied at each step. */
function resourceGather(op: Op): Op {
  const attributes = [
    ...op.attributes.filter(({ name }) => name === "Tindices"),
    attribute("dtype", "TYPE", op.dtypes[0] as number),
    attribute("batch_dims", "INT", 0),
    attribute("validate_indices", "BOOL", true),
  ];
  return { ...op, name: "ResourceGather", inputs: op.inputs.slice(0, 2), attributes };
}
