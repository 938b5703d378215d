import type * as tf from "../../../tf";
import type { After, GraphWriter, Ref } from "../../emit/graph-writer";
import { BOOL, DTYPES, FLOAT32, INT32 } from "../../engine/dtypes";
import { boolAttr, intAttr, shapeAttr, typeAttr } from "../../engine/protobuf";
import { type Gradient, type Slices, scatterRows } from "../indexed-slices";

/** What an accumulating step reads. */
interface Accumulated {
  /** The sums of the gradients over this batch's terms. */
  readonly sums: readonly Gradient[];
  /** The number of this batch's terms. */
  readonly count: Ref;
  /** The handles of the accumulators, one for each sum. */
  readonly accumulators: readonly Ref[];
  /** How many axes each accumulator has. */
  readonly ranks: readonly number[];
  /** The handle of the number of terms summed so far. */
  readonly total: Ref;
  /** 1 at the last batch before an update, else 0. */
  readonly isLast: Ref;
  /** A scalar that waits for all reads of the variables, and that a guard keeps back where the step is not finite. */
  readonly through: Ref;
}

const T = () => typeAttr(FLOAT32);

/**
 * Writes an accumulating step: the batch's sums are added to the accumulators; at the last batch before an update the
 * variables are updated with the mean over all terms, and the accumulators start anew. A scalar that the updates depend on
 * passes a Switch, so that they run at the last batch only.
 *
 * A gradient in slices is added to its rows of the accumulator. Rows without a slice are −0, with which accumulators
 * start; a row that got a slice never is, because −0 + 0 is 0. So the update knows which rows the batches looked up.
 *
 * @param update writes the updates from the mean gradients, and from the rows that got a slice; undefined for a gradient that is dense
 * @returns what has run once the batch is added, and the updates are done where they are due
 */
export function emitAccumulation(
  writer: GraphWriter,
  { sums, count, accumulators, ranks, total, isLast, through }: Accumulated,
  update: (means: readonly Ref[], rowsOf: (variable: number) => Ref | undefined) => readonly After[],
): After {
  const dtype = T();
  const waiting = (value: Ref) => writer.identity(value, FLOAT32, [`^${through}`]);
  const add = (handle: Ref, value: Ref): After =>
    `^${writer.node("AssignAddVariableOp", [handle, waiting(value)], { dtype })}`;
  const addRows = (handle: Ref, { values, indices }: Slices): After => {
    const zero = writer.node("PlaceholderWithDefault", [writer.float(0)], { dtype, shape: shapeAttr([]) }); // Grappler would drop + 0
    const rows = { values: writer.binary("AddV2", waiting(values), zero, FLOAT32), indices };
    return scatterRows(writer, "ResourceScatterAdd", handle, rows);
  };
  const addGradient = (handle: Ref, sum: Gradient) =>
    typeof sum === "string" ? add(handle, sum) : addRows(handle, sum);
  const added = [add(total, count), ...sums.map((sum, i) => addGradient(accumulators[i] as Ref, sum))];
  const read = (handle: Ref, after: readonly After[] = []) =>
    writer.node("ReadVariableOp", [handle, ...added, ...after], { dtype });
  const share = writer.binary("DivNoNan", writer.float(1), read(total), FLOAT32);
  const verdict = writer.node("Less", [writer.float(0.5), isLast], { T: T() });
  const notYet = writer.node("Switch", [share, verdict], { T: T() });
  const due = writer.identity(`${notYet}:1`, FLOAT32); // a Switch's output 0 is for false, its output 1 for true
  const isSliced = (i: number) => typeof sums[i] !== "string";
  const totals: Ref[] = [];
  const means = accumulators.map((handle, i) => {
    const sum = read(handle, isSliced(i) ? [`^${due}`] : []);
    totals.push(sum);
    return writer.binary("Mul", sum, due, FLOAT32);
  });
  const updates = update(means, (i) =>
    isSliced(i) ? addedRows(writer, totals[i] as Ref, ranks[i] as number) : undefined,
  );
  // An accumulator starts anew after its value was used.
  const zero = (handle: Ref, used: Ref, isNegative = false): After => {
    const zeros = writer.node("ZerosLike", [used], { T: T() });
    const start = isNegative ? writer.node("Neg", [zeros], { T: T() }) : zeros;
    return writer.assignVariable(handle, start, FLOAT32, [`^${used}`]);
  };
  const restarted = [zero(total, due), ...accumulators.map((handle, i) => zero(handle, means[i] as Ref, isSliced(i)))];
  const updated = writer.identity(due, FLOAT32, [...updates, ...restarted]);
  return `^${writer.node("Merge", [notYet, updated], { T: T(), N: intAttr(2) })}`;
}

/** The indices of the rows of an accumulator that got a slice: those that do not begin with −0. */
function addedRows(writer: GraphWriter, sums: Ref, rank: number): Ref {
  const [int, int64] = [typeAttr(INT32), typeAttr(DTYPES.int64.number)];
  const [begin, size] = [writer.ints(new Array(rank).fill(0)), writer.ints([-1, ...new Array(rank - 1).fill(1)])];
  const first = writer.node("Slice", [sums, begin, size], { T: T(), Index: int });
  const flat = writer.node("Reshape", [first, writer.ints([-1])], { T: T(), Tshape: int });
  const bits = writer.node("Bitcast", [flat], { T: T(), type: int });
  const isAdded = writer.node("NotEqual", [bits, writer.int(MINUS_ZERO)], {
    T: int,
    incompatible_shape_error: boolAttr(true),
  });
  const rows = writer.node("Where", [isAdded], { T: typeAttr(BOOL) });
  const indices = writer.node("Cast", [rows], { SrcT: int64, DstT: int, Truncate: boolAttr(false) });
  return writer.node("Reshape", [indices, writer.ints([-1])], { T: int, Tshape: int });
}

/** The bits of the float32 −0. */
const MINUS_ZERO = -(2 ** 31);

/** The variables of an accumulating step, in the order of its handles: the accumulators, then the number of terms. */
export const accumulationVariables = (
  variables: readonly tf.Variable[],
  accumulation: { accumulatorOf(variable: tf.Variable): tf.Variable; readonly count: tf.Variable } | undefined,
): tf.Variable[] =>
  accumulation ? [...variables.map((variable) => accumulation.accumulatorOf(variable)), accumulation.count] : [];
