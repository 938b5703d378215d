import type { GraphWriter, Ref } from "../emit/graph-writer";
import type { Binding } from "../engine/backend";
import { typeAttr } from "../engine/protobuf";
import { rewrite } from "../ir/rewrite";
import { type Op, RESOURCE, type Signature, signatureOf, type Trace, type Value, valuesUsed } from "../ir/trace";

/** A gradient that is zero but in some rows: TensorFlow 1.x's IndexedSlices. The parts of a row that comes twice add up. */
export interface Slices {
  readonly values: Ref;
  /** The index of each row. */
  readonly rows: Ref;
}

export type Gradient = Ref | Slices;

/** A step's trace, with its tables' rows apart. */
export interface SlicedTrace {
  /** Its inputs have handles in the place of tables; a table's gradient is that of the rows looked up. */
  readonly trace: Trace;
  /** Which output has the rows' numbers, by table: the number of the variable. */
  readonly rows: ReadonlyMap<number, number>;
}

interface Places {
  /** The input that is the first variable. */
  readonly input: number;
  /** The output that is the first variable's gradient. */
  readonly output: number;
  readonly count: number;
  readonly shards: number;
}

/**
 * Finds the variables that rows are looked up from and that nothing else uses, such as a large vocabulary's vectors, where
 * a batch looks up fewer rows than there are. Their rows are read from the variable, and their gradients stay rows.
 */
export function sliceGradients(trace: Trace, binding: Binding, { input, output, count, shards }: Places): SlicedTrace {
  const found = Array.from({ length: count }, (_, i) => i).filter((i) => {
    const looked = lookedUp(trace, output + i);
    return looked !== undefined && looked.rows * shards < looked.of && isOnlyLookedUp(trace, input + i);
  });
  if (found.length === 0) return { trace, rows: new Map() };
  const tables = new Set(found.map((i) => input + i));
  const sums = new Map(found.map((i) => [output + i, sumOf(trace, output + i) as Op]));
  const values = trace.outputs.map((origin, i) => sums.get(i)?.inputs[0] ?? origin);
  const outputs = [...values, ...[...sums.values()].map((sum) => sum.inputs[1] as Value)];
  const readsTable = ({ inputs }: Op) => inputs.some((origin) => "input" in origin && tables.has(origin.input));
  const apart = rewrite({ ...trace, outputs }, (own) => [readsTable(own) ? asResourceGather(own, binding) : own]);
  return {
    trace: {
      ...apart,
      inputs: trace.inputs.map((signature, i) => (tables.has(i) ? { ...signature, dtype: RESOURCE } : signature)),
      results: outputs.map((origin) => signatureOf(origin, trace)),
    },
    rows: new Map(found.map((i, at) => [i, trace.outputs.length + at])),
  };
}

/** The whole gradient, zeros and all. */
export function whole(writer: GraphWriter, { values, rows }: Slices, shape: readonly number[]): Ref {
  const { TF_FLOAT, TF_INT32 } = writer.binding;
  const [T, int] = [typeAttr(TF_FLOAT), typeAttr(TF_INT32)];
  const count = writer.int(shape[0] as number);
  return writer.node("UnsortedSegmentSum", [values, rows, count], { T, Tindices: int, Tnumsegments: int });
}

/** The sum over rows that an output is, the gradient of a look-up. */
function sumOf({ outputs }: Trace, output: number): Op | undefined {
  const origin = outputs[output] as Value;
  return "op" in origin && origin.op.name === "UnsortedSegmentSum" ? origin.op : undefined;
}

function lookedUp(trace: Trace, output: number): { rows: number; of: number } | undefined {
  const sum = sumOf(trace, output);
  if (sum === undefined) return undefined;
  const numbers: Signature = signatureOf(sum.inputs[1] as Value, trace);
  if (numbers.shape.length !== 1) return undefined;
  return { rows: numbers.shape[0] as number, of: sum.shapes[0]?.[0] as number };
}

function isOnlyLookedUp(trace: Trace, input: number): boolean {
  const uses = valuesUsed(trace).filter((origin) => "input" in origin && origin.input === input).length;
  return uses === trace.ops.filter((op) => isLookUp(op, input)).length;
}

function isLookUp({ name, inputs, attributes }: Op, input: number): boolean {
  const [table, , axis] = inputs;
  if (name !== "GatherV2" || table === undefined || !("input" in table) || table.input !== input) return false;
  const isPlain = attributes.some((each) => each.name === "batch_dims" && each.value === 0);
  return isPlain && axis !== undefined && "op" in axis && axis.op.values?.[0] === 0;
}

/** The same look-up from the variable itself: it may be too large to be copied at each step. */
function asResourceGather(op: Op, { TF_ATTR_INT, TF_ATTR_TYPE, TF_ATTR_BOOL }: Binding): Op {
  const numbers = op.attributes.filter(({ name }) => name === "Tindices");
  const attributes = [
    ...numbers,
    { name: "dtype", type: TF_ATTR_TYPE, value: op.dtypes[0] as number },
    { name: "batch_dims", type: TF_ATTR_INT, value: 0 },
    { name: "validate_indices", type: TF_ATTR_BOOL, value: true },
  ];
  return { ...op, name: "ResourceGather", inputs: op.inputs.slice(0, 2), attributes };
}
