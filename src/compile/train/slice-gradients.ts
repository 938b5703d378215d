import { attribute } from "../engine/attributes";
import { RESOURCE } from "../engine/dtypes";
import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value, valuesUsed } from "../ir/trace";

/** A trace of a loss and its gradients, some of which are in indexed slices. */
export interface SlicedTrace {
  /**
   * For a sliced variable, the input is the variable's handle instead of its value, and the output is the values of the
   * slices instead of the gradient. The indices of the slices are further outputs, at the end.
   */
  readonly trace: Trace;
  /** For each sliced variable, by number: the output that has the indices of its slices. */
  readonly indices: ReadonlyMap<number, number>;
}

/** Where the variables stand in a trace. */
interface VariableLayout {
  /** The input that is the first variable. */
  readonly input: number;
  /** The output that is the first variable's gradient. */
  readonly output: number;
  readonly count: number;
  readonly shards: number;
}

/**
 * Finds the variables that a loss only gathers rows from, such as the vectors of a large vocabulary, where a batch gathers
 * fewer rows than the variable has. Their rows are gathered from the variable itself, and their gradients stay in indexed
 * slices: nothing as large as the variable is computed in a step.
 */
export function sliceGradients(trace: Trace, { input, output, count, shards }: VariableLayout): SlicedTrace {
  const sliced = Array.from({ length: count }, (_, i) => i).filter((i) => {
    const gather = gatheredRows(trace, output + i);
    return gather !== undefined && gather.rows * shards < gather.of && isOnlyGathered(trace, input + i);
  });
  if (sliced.length === 0) return { trace, indices: new Map() };
  const variables = new Set(sliced.map((i) => input + i));
  const sums = new Map(sliced.map((i) => [output + i, segmentSum(trace, output + i) as Op]));
  const values = trace.outputs.map((value, i) => sums.get(i)?.inputs[0] ?? value);
  const outputs = [...values, ...[...sums.values()].map((sum) => sum.inputs[1] as Value)];
  const isGather = ({ inputs }: Op) => inputs.some((value) => "input" in value && variables.has(value.input));
  const rewritten = rewrite({ ...trace, outputs }, (op, { moved }) =>
    isGather(op) ? resourceGather(moved(op)) : moved(op),
  );
  return {
    trace: {
      ...rewritten,
      inputs: trace.inputs.map((signature, i) => (variables.has(i) ? { ...signature, dtype: RESOURCE } : signature)),
      results: outputs.map((value) => signatureOf(value, trace)),
    },
    indices: new Map(sliced.map((i, at) => [i, trace.outputs.length + at])),
  };
}

/** The segment sum that makes an output dense: it is the gradient of a gather. */
function segmentSum({ outputs }: Trace, output: number): Op | undefined {
  const value = outputs[output] as Value;
  return "op" in value && value.op.name === "UnsortedSegmentSum" ? value.op : undefined;
}

/** How many rows a variable's gradient says are gathered, of how many. */
function gatheredRows(trace: Trace, output: number): { rows: number; of: number } | undefined {
  const sum = segmentSum(trace, output);
  if (sum === undefined) return undefined;
  const indices = signatureOf(sum.inputs[1] as Value, trace);
  if (indices.shape.length !== 1) return undefined;
  return { rows: indices.shape[0] as number, of: sum.shapes[0]?.[0] as number };
}

/** Whether every use of an input is a gather of its rows. */
function isOnlyGathered(trace: Trace, input: number): boolean {
  const uses = valuesUsed(trace).filter((value) => "input" in value && value.input === input).length;
  return uses === trace.ops.filter((op) => gathersRows(op, input)).length;
}

/** Whether an op is a gather along the first axis of an input, without batch dimensions. */
function gathersRows({ name, inputs, attributes }: Op, input: number): boolean {
  const [params, , axis] = inputs;
  if (name !== "GatherV2" || params === undefined || !("input" in params) || params.input !== input) return false;
  const hasNoBatchDims = attributes.some((each) => each.name === "batch_dims" && each.value === 0);
  return hasNoBatchDims && axis !== undefined && "op" in axis && axis.op.values?.[0] === 0;
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
